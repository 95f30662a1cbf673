"""Small claims to test the harness with, one for each kind."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy import stats

from checks.harness.ball import Ball
from checks.harness.blocks import inline
from checks.harness.claim import Claim, Observation, Run
from checks.harness.kinds import Bound, Identity, Law, Limit, Mean, Rate
from checks.harness.seeds import Seeds

RELEASED = Run("quick", Seeds.parse("released"))


@dataclass(frozen=True)
class Measured:
    value: Any
    error: Any


@dataclass(frozen=True)
class Step:
    kind: str = "exact"
    statement: str = "1 = 1"
    residual: str | None = "0"
    left: str | None = "1"
    right: str | None = "1"


@dataclass(frozen=True)
class Derivation:
    steps: tuple[Step, ...] = (Step(),)
    result: str = "x² is the square"


def observe(claim: type[Claim], run: Run = RELEASED) -> Observation:
    """Observe a claim, all blocks done here."""
    return inline(claim().observe(run))


def identity(
    *,
    true: Any = lambda x: x * x,
    simulated: Any = lambda x: Measured(float(x * x), 1e-12),
    mutated: Any = None,
    drawn: Any = None,
    steps: tuple[Step, ...] = (Step(),),
    **attributes: Any,
) -> type[Identity]:
    """Return a claim that the square of x is x², with whatever is to be wrong about it."""

    class Square(Identity):
        """The square of $x$ is $x^2$."""

        label = "T1"
        title = "Square"
        source = "none"

        def derivation(self) -> Any:
            return Derivation(steps)

        def cases(self) -> Any:
            return [{"x": 2}, {"x": 3}] if drawn is None else drawn

        def prediction(self, x: int) -> Any:
            return true(x)

        def simulation(self, x: int) -> Any:
            return simulated(x)

        def mutants(self) -> Any:
            return {"cube": lambda x: x**3} if mutated is None else mutated

    for name, value in attributes.items():
        setattr(Square, name, value)
    return Square


def mean(*, shift: float = 0.0, allowance: Any = 0, ignores: bool = False, **attributes: Any) -> type[Mean]:
    """Return a claim that N(m, 1) has mean m, simulated with a shift, or by a stub that ignores m."""

    class Centre(Mean):
        """The mean of $N(m, 1)$ is $m$."""

        label = "T2"
        title = "Centre"
        source = "none"
        resolution = 0.05

        def derivation(self) -> Any:
            return Derivation()

        def cases(self) -> Any:
            return [{"m": 1}, {"m": 2}]

        def prediction(self, m: int) -> Any:
            return m

        def bias(self, m: int) -> Any:
            return allowance

        def simulation(self, rng: Any, n: int, m: int) -> Any:
            return rng.standard_normal(n) + shift + (1 if ignores else m)

        def mutants(self) -> Any:
            return {"twice": lambda m: 2 * m, "half": lambda m: Ball(m / 2, 0.0)}

    for name, value in attributes.items():
        setattr(Centre, name, value)
    return Centre


squares = st.fixed_dictionaries({"x": st.integers(2, 100)})


def law(*, shift: float = 0.0, mutated: Any = None, **attributes: Any) -> type[Law]:
    """Return a claim of the distribution of N(m, 1), simulated with a shift."""

    class Bell(Law):
        """A shifted normal is normal."""

        label = "T3"
        title = "Bell"
        source = "none"
        resolution = 0.05

        def cases(self) -> Any:
            return [{"m": 1}, {"m": 2}]

        def prediction(self, m: float) -> Any:
            return {x: Ball(float(stats.norm.cdf(x - m)), 1e-15) for x in np.linspace(-2, 5, 71)}

        def simulation(self, rng: Any, n: int, m: int) -> Any:
            return rng.standard_normal(n) + m + shift

        def mutants(self) -> Any:
            return {"centre 0": lambda m: self.prediction(0)} if mutated is None else mutated

    for name, value in attributes.items():
        setattr(Bell, name, value)
    return Bell


def bound(*, true: Any = lambda x: x * x + 1, mutated: Any = None, **attributes: Any) -> type[Bound]:
    """Return a claim that 2x ≤ x² + 1, with equality at x = 1."""

    class Square(Bound):
        """2x is at most x² + 1."""

        label = "T4"
        title = "Square"
        source = "none"

        def cases(self) -> Any:
            return [{"x": 0}, {"x": 1}, {"x": 4}]

        def prediction(self, x: int) -> Any:
            return true(x)

        def simulation(self, x: int) -> Any:
            return Measured(2.0 * x, 1e-12)

        def scale(self, x: int) -> float:
            return x * x + 1

        def mutants(self) -> Any:
            return {"1 % less": lambda x: Fraction(99, 100) * true(x)} if mutated is None else mutated

    for name, value in attributes.items():
        setattr(Square, name, value)
    return Square


def rate(*, exponent: Any = Fraction(1, 2), error: Any = 1e-9, sizes: Any = None, **attributes: Any) -> type[Rate]:
    """Return a claim that n^{-1/2} (1 + 1/n) log n vanishes at some order."""

    class Root(Rate):
        """The error is of some order."""

        label = "T5"
        title = "Root"
        source = "none"
        resolution = 0.01
        log_power = 1.0
        correction = 1.0

        def cases(self) -> Any:
            return [{"c": 3.0, "sizes": sizes or [100, 200, 400, 800]}]

        def prediction(self, c: float, sizes: Any) -> Any:
            return exponent

        def simulation(self, size: float, c: float) -> Any:
            true = c * size**-0.5 * np.log(size) * (1 + 1 / size)
            return Measured(true, error * true)

        def mutants(self) -> Any:
            return {"1": lambda c, sizes: 1, "1/3": lambda c, sizes: Fraction(1, 3)}

    for name, value in attributes.items():
        setattr(Root, name, value)
    return Root


def limit(**attributes: Any) -> type[Limit]:
    """Return a claim that (1 + 1/n)^n tends to e."""

    class Euler(Limit):
        """(1 + 1/n)^n tends to e."""

        label = "T6"
        title = "Euler"
        source = "none"
        resolution = 1e-4
        exponents = (1.0, 2.0)

        def cases(self) -> Any:
            return [{"sizes": [64, 128, 256, 512]}]

        def prediction(self, sizes: Any) -> Any:
            return Ball(float(np.e), 1e-15)

        def simulation(self, size: float) -> Any:
            return Measured((1 + 1 / size) ** size, 1e-12)

        def mutants(self) -> Any:
            return {"2.7": lambda sizes: Fraction(27, 10)}

    for name, value in attributes.items():
        setattr(Euler, name, value)
    return Euler
