"""An author's own claims, outside the project: the larger of two standard normals."""

from fractions import Fraction
from typing import NamedTuple

from flint import arb
from hypothesis import strategies as st

from checks.harness.kinds import Identity, Mean


class LargerOfTwo(Mean):
    r"""For independent $x, y \sim N(0, s^2)$, $E \max(x, y) = s/\sqrt\pi$."""

    label = "X1"
    title = "The larger of two normals"
    source = "C. E. Clark, The greatest of a finite set of random variables, Operations Research 9 (1961)"
    resolution = 0.02  # of the prediction: discrepancies of 2 % are to be found

    def cases(self):
        return [{"scale": 1}, {"scale": 3}]

    def prediction(self, scale):
        return scale / arb.pi().sqrt()

    def simulation(self, rng, n, scale):
        return scale * rng.standard_normal((n, 2)).max(axis=1)

    def mutants(self):
        return {
            "factor √2": lambda scale: scale / (arb.pi() / 2).sqrt(),
            "s² in place of s": lambda scale: scale**2 / arb.pi().sqrt(),
        }


class Measured(NamedTuple):
    """A number with a bound on its numerical error."""

    value: float
    error: float


class MaximumByAbsoluteValue(Identity):
    r"""$\max(x, y) = \frac12 (x + y + |x - y|)$."""

    label = "X2"
    title = "Maximum by absolute value"
    source = "elementary"

    def cases(self):
        number = st.integers(-1000, 1000).map(lambda k: k / 8)
        return st.fixed_dictionaries({"x": number, "y": number})

    def prediction(self, x, y):
        return (Fraction(x) + Fraction(y) + abs(Fraction(x) - Fraction(y))) / 2

    def simulation(self, x, y):
        return Measured(max(x, y), 0.0)

    def scale(self, x, y):
        return 1  # the prediction may be 0

    def mutants(self):
        return {"minimum": lambda x, y: (Fraction(x) + Fraction(y) - abs(Fraction(x) - Fraction(y))) / 2}
