"""A2.2: energy and alignment along the flow."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Bound, Identity
from checks.harness.mutants import scaled
from numerics import prompts
from numerics.along_flow import extremes, velocities
from theory.attention_pca import alignment, objective

from .draws import any_ratio, gapped_ratio, points, separated_ratio
from .source import SOURCE

STEP, MARGIN, FORM = "least step of the alignment", "least 2 − b − a/λ_1 once ≥ 0", "least b once ≥ 1"


def rotated(spectrum, parameter, rotation):
    """Return eigenvectors, μ and Σ."""
    basis = prompts.rotation(np.random.default_rng(rotation), len(spectrum))
    return basis, basis @ parameter, prompts.covariance(spectrum, basis)


class RatesAlongTheFlow(Identity):
    r"""On $\mu' = -\nabla R$: $dR/dt = -\lVert\nabla R\rVert^2$, and the alignment
    $c = (v_1\cdot\mu)^2/s$, $s = \lVert\mu\rVert^2$, has $c'/c = 4\,[(2-b)(\lambda_1^2s - a) - a(\lambda_1s - b)]/s$:
    it grows iff $(2-b)(\lambda_1^2s - a) > a(\lambda_1s - b)$.
    """

    label = "A2.2"
    title = "Energy identity and rate of alignment"
    source = SOURCE
    uses = ("A1.3",)
    derivation = staticmethod(alignment.derivation)

    def cases(self):
        return points(12, any_ratio)

    def prediction(self, spectrum, parameter, **_):
        rates = alignment.rates(spectrum, parameter)
        return {"R'": rates.risk, "c'/c": rates.alignment, "b'": rates.form, "s'": rates.squared_norm}

    def simulation(self, spectrum, parameter, rotation):
        basis, mu, matrix = rotated(spectrum, parameter, rotation)
        found = velocities(mu, basis[:, 0], matrix)
        return {"R'": found.risk, "c'/c": found.alignment, "b'": found.form, "s'": found.squared_norm}

    def scale(self, spectrum, parameter, **_):
        top, wide = spectrum[0], 1 + spectrum[0] * sum(entry**2 for entry in parameter)
        # c'/c is a difference of rates, of which μ_1'/μ_1 is as large as what moves μ_1 over μ_1
        return {"R'": top**3 * wide**3, "c'/c": top**2 * wide, "b'": top**2 * wide**2, "s'": top * wide**2}

    def mutants(self):
        def alignment_rate(wrong):
            def mutant(spectrum, parameter, **_):
                a, b = objective.invariants(spectrum, parameter)[1:]
                top, s = Fraction(spectrum[0]), sum(Fraction(entry) ** 2 for entry in parameter)
                return {"c'/c": wrong(a, b, top, s)}

            return mutant

        return {
            "half": scaled(self.prediction, Fraction(1, 2)),
            "R' without the square": lambda spectrum, parameter, **_: {
                "R'": -Fraction(float(-alignment.rates(spectrum, parameter).risk) ** 0.5)
            },
            "norm taken as constant": alignment_rate(lambda a, b, top, s: -4 * top * (top * (b - 2) + a)),
            "λ_1 in place of λ_1²": alignment_rate(
                lambda a, b, top, s: 4 * ((2 - b) * (top * s - a) - a * (top * s - b)) / s
            ),
            "a and b exchanged": alignment_rate(
                lambda a, b, top, s: 4 * ((2 - a) * (top**2 * s - b) - b * (top * s - a)) / s
            ),
        }


class MonotoneRegion(Bound):
    r"""The region $\{a \le \lambda_1(2-b)\}$, which contains $\{b \le 1\}$ and so every small start, is
    forward-invariant, and along a flow in it the alignment with $v_1$ never falls. $\{b \ge 1\}$ is forward-invariant.
    """

    label = "A2.2.region"
    title = "Forward-invariant region of monotone alignment"
    source = SOURCE
    uses = ("A1.3",)
    side = "lower"
    examples = Identity.fewer(2)
    derivation = staticmethod(alignment.derivation)

    def cases(self):
        return points(6, gapped_ratio)

    def prediction(self, spectrum, parameter, **_):
        return self._inside(spectrum, parameter, lambda margin, b: margin >= 0)

    def _inside(self, spectrum, parameter, region):
        # Outside the region nothing is claimed: an alignment cannot fall by more than 1.
        margin, b = alignment.rates(spectrum, parameter).margin, objective.invariants(spectrum, parameter)[2]
        return {STEP: 0 if region(margin, b) else -1, MARGIN: 0, FORM: 1}

    def simulation(self, spectrum, parameter, rotation):
        _, mu, matrix = rotated(spectrum, parameter, rotation)
        found = extremes(mu, matrix)
        return {STEP: found.alignment_step, MARGIN: found.margin, FORM: found.form}

    def scale(self, **_):
        return 1

    def mutants(self):
        def claimed_in(region):
            return lambda spectrum, parameter, **_: {STEP: self._inside(spectrum, parameter, region)[STEP]}

        return {
            "from every start": claimed_in(lambda margin, b: True),
            "wherever b < 2": claimed_in(lambda margin, b: b < 2),
            "margin grows to a half": lambda **_: {MARGIN: Fraction(1, 2)},
            "b stays above 3/2": lambda **_: {FORM: Fraction(3, 2)},
        }


class MonotoneWhereBIsBelowTwo(Bound):
    r"""(Refuted.) Wherever $b < 2$ the alignment with $v_1$ does not fall along the flow: $c'/c \ge 0$."""

    label = "A2.2.everywhere"
    title = "Monotone alignment beyond the region"
    source = f"{SOURCE}; the naive extension of A2.2"
    uses = ("A2.2",)
    refutation = "A2.2: Σ = diag(2, 1), μ = (1/2, 1) has b = 3/2 and c'/c = −8/5"
    side = "lower"
    derivation = staticmethod(alignment.counterexample)

    def cases(self):
        return points(3, separated_ratio).filter(
            lambda case: objective.invariants(case["spectrum"], case["parameter"])[2] < 2
        )

    def prediction(self, **_):
        return 0

    def exactly(self, spectrum, parameter, **_):
        below = objective.invariants(spectrum, parameter)[2] < 2
        return alignment.rates(spectrum, parameter).alignment if below else None

    def simulation(self, spectrum, parameter, rotation):
        basis, mu, matrix = rotated(spectrum, parameter, rotation)
        return velocities(mu, basis[:, 0], matrix).alignment

    def scale(self, spectrum, parameter, **_):
        return spectrum[0] ** 2 * (1 + spectrum[0] * sum(entry**2 for entry in parameter))

    def mutants(self):
        return {"falls by at most 4λ_1²": lambda spectrum, **_: -4 * Fraction(spectrum[0]) ** 2, "grows": lambda **_: 1}


class Overshoot(Bound):
    r"""For $d = 2$, $b = \mu^\top\Sigma\mu$ stays below $3/2$ along every flow from a start with $b(0) \le 1$. It
    exceeds its limit $1$ in general, and comes near to $3/2$ when $\lambda_2/\lambda_1$ and $v_1\cdot\mu(0)$ are small.
    """

    label = "A2.2.overshoot"
    title = "The overshoot of b for d = 2"
    source = SOURCE
    assumptions = ("d = 2", "b(0) ≤ 1")
    uses = ("A2.2.region",)
    side = "upper"
    examples = Identity.fewer(4)
    derivation = staticmethod(alignment.overshoot)

    def cases(self):
        return st.builds(
            lambda ratio, y, x, rotation: {"ratio": 0.5**ratio, "y": y / 64, "x": 0.5**x, "rotation": rotation},
            st.integers(1, 8),
            st.one_of(st.integers(0, 63), st.just(63)),
            st.integers(6, 12),
            st.integers(0, 2**32 - 1),
        )

    def prediction(self, **_):
        return Fraction(3, 2)

    def simulation(self, ratio, y, x, rotation):
        # b(0) = x + y with x = λ_1μ_1² and y = λ_2μ_2², at λ_1 = 1
        _, mu, matrix = rotated([1.0, ratio], [x**0.5, (y / ratio) ** 0.5], rotation)
        return extremes(mu, matrix).largest_form

    def mutants(self):
        return {"no overshoot": lambda **_: 1, "below 1.4": lambda **_: Fraction(7, 5)}
