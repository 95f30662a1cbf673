"""The larger of two normal numbers."""

from flint import arb
from sympy import symbols

from checks.harness.kinds import Mean
from theory.derivation import Derivation, argument, exact


class LargerOfTwo(Mean):
    r"""For all $s > 0$ and independent $x, y \sim N(0, s^2)$:
    $E \max(x, y) = s/\sqrt\pi$.
    """

    label = "X.1"
    title = "The larger of two normal numbers"
    source = "C. E. Clark, Operations Research 9 (1961), doi:10.1287/opre.9.2.145"
    assumptions = ("x, y independent, N(0, s²)",)
    uses = ()
    resolution = 0.02
    block = 4096

    def derivation(self):
        x, y, s, root = symbols("x y s root")  # root = √π, so root² = π
        return Derivation(
            result="E max(x, y) = s/√π",
            steps=(
                exact("(x + y)/2 + (x − y)/2 = x", (x + y) / 2 + (x - y) / 2, x),
                argument("So max(x, y) = (x + y)/2 + |x − y|/2, and the first half has the expectation 0."),
                argument("x − y ~ N(0, 2s²), and E|z| = v √(2/π) for z ~ N(0, v²): E|x − y| = 2s/√π."),
                exact("(2s/√π)/2 = s/√π", (2 * s / root) / 2, s / root),
            ),
        )

    def cases(self):
        return [{"s": 1}, {"s": 3}]

    def prediction(self, s):
        return s / arb.pi().sqrt()

    def simulation(self, rng, n, s):
        return (s * rng.standard_normal((n, 2))).max(axis=1)

    def mutants(self):
        return {
            "√(π/2) in place of √π": lambda s: s / (arb.pi() / 2).sqrt(),
            "s² in place of s": lambda s: s**2 / arb.pi().sqrt(),
        }
