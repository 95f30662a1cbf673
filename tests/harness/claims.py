"""Small claims to test the harness with: the mean of a shifted normal, and the square of a number."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from checks.harness.ball import Ball
from checks.harness.blocks import inline
from checks.harness.claim import Claim, Observation, Run
from checks.harness.kinds import Identity, Mean
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
