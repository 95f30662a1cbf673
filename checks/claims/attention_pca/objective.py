"""A1.2: the infinite-prompt objective, by integration and by drawn tokens."""

from fractions import Fraction

import numpy as np
from flint import arb

from checks.harness.ball import Allowed
from checks.harness.kinds import Identity, Mean
from checks.harness.mutants import shifted
from numerics.infinite_prompt import infinite_prompt_risk
from numerics.risk import drawn_risks
from theory.attention_pca import finite_prompt, objective, softmax_prompt

from .draws import heads, rotated
from .source import SOURCE

WRONG_OBJECTIVES = {
    "factor 2 of the cross term dropped": lambda t, a, b: t - a + a * b,
    "quartic term dropped": lambda t, a, b: t - 2 * a,
    "quartic term halved": lambda t, a, b: t - 2 * a + a * b / 2,
    "b² in place of ab": lambda t, a, b: t - 2 * a + b * b,
    "b in place of a in the cross term": lambda t, a, b: t - 2 * b + a * b,
}


def of_invariants(wrong):
    """Return the prediction that a wrong formula in t, a, b makes."""
    return lambda spectrum, parameter, **_: wrong(*objective.invariants(spectrum, parameter))


class Objective(Identity):
    r"""The infinite-prompt objective is the risk $R(\mu) = E\lVert q - T(q)\rVert^2$, $q \sim N(0, \Sigma)$, of
    $T(q) = \Sigma\mu\mu^\top q$, the limit of the softmax and of the linear head at $\beta = 1$:
    $R(\mu) = t - 2a + ab$ with $t = \mathrm{tr}\,\Sigma$, $a = \mu^\top\Sigma^2\mu$, $b = \mu^\top\Sigma\mu$.
    """

    label = "A1.2"
    title = "Infinite-prompt objective"
    source = SOURCE
    assumptions = ("query N(0, Σ)", "β = 1")
    uses = ("A1.1",)
    derivation = staticmethod(objective.derivation)

    def cases(self):
        return heads()

    def prediction(self, spectrum, parameter, **_):
        return objective.risk(spectrum, parameter)

    def simulation(self, head, spectrum, parameter, rotation):
        basis, matrix = rotated(spectrum, rotation)
        mu = basis @ parameter
        return infinite_prompt_risk(head, np.outer(mu, mu), matrix)

    def scale(self, spectrum, **_):
        return sum(spectrum)  # the risk at μ = 0; in one dimension the minimum is 0

    def mutants(self):
        return {name: of_invariants(wrong) for name, wrong in WRONG_OBJECTIVES.items()}


class ObjectiveOfDrawnTokensLinear(Mean):
    r"""In a drawn prompt of $L$ keys, with a fresh query, the risk of the linear head is
    $R_L(\mu) = t - 2a + b\,[(1 + 1/L)\,a + (t/L)\,b]$ for every $L \ge 1$, which tends to $R(\mu)$ as $L \to \infty$.
    """

    label = "A1.2.linear"
    title = "The objective from drawn tokens, linear head"
    source = SOURCE
    assumptions = ("query independent of the keys",)
    uses = ("A1.2",)
    resolution = 0.01
    block = 256
    derivation = staticmethod(finite_prompt.derivation)

    def cases(self):
        return (
            {"spectrum": [2.0, 1.0, 0.5], "parameter": [0.4, 0.3, -0.2], "length": 4},
            {"spectrum": [1.5, 1.0, 1.0, 0.25, 0.0], "parameter": [0.5, -0.4, 0.3, 0.5, 1.0], "length": 16},
            {"spectrum": [1.0, 0.5], "parameter": [0.9, 0.6], "length": 256},
        )

    def prediction(self, spectrum, parameter, length):
        return finite_prompt.fresh_risk(spectrum, parameter, length)

    def simulation(self, rng, n, spectrum, parameter, length):
        return drawn_risks(rng, n, "linear", parameter, np.diag(spectrum), length, queries=8)

    def mutants(self):
        def with_length(wrong):
            return lambda spectrum, parameter, length: wrong(
                *objective.invariants(spectrum, parameter), Fraction(1, length)
            )

        return {
            "infinite prompt": with_length(lambda t, a, b, e: t - 2 * a + a * b),
            "1/L of the a-term dropped": with_length(lambda t, a, b, e: t - 2 * a + b * (a + e * t * b)),
            "trace term dropped": with_length(lambda t, a, b, e: t - 2 * a + b * (1 + e) * a),
            "trace term with a in place of b": with_length(lambda t, a, b, e: t - 2 * a + b * (1 + e + e * t) * a),
            "L + 1 in place of L": shifted(self.prediction, length=1),
        }


class ObjectiveOfDrawnTokensSoftmax(Mean):
    r"""In a drawn prompt of $L$ keys, with a fresh query, the risk of the softmax head differs from
    $R(\mu) = t - 2a + ab$ by at most an explicit bound, of order $1/L$ for fixed $b = \mu^\top\Sigma\mu$, if
    $0 < b < 1/\sqrt2$.
    """

    label = "A1.2.softmax"
    title = "The objective from drawn tokens, softmax head"
    source = f"{SOURCE}; the bound is derived here"
    assumptions = ("query independent of the keys", "0 < b < 1/√2")
    uses = ("A1.2",)
    resolution = 0.01
    block = 16
    derivation = staticmethod(softmax_prompt.derivation)

    def cases(self):
        return (
            {"spectrum": [2.0, 1.0, 0.5], "parameter": [0.3, 0.24, -0.2], "length": 1024},
            {"spectrum": [1.5, 1.0, 0.25, 0.25], "parameter": [0.5, -0.3, 0.2, 0.0], "length": 1024},
            {"spectrum": [2.0, 1.0, 0.5], "parameter": [0.22, 0.2, -0.2], "length": 64},  # here R_L − R is resolved
        )

    def prediction(self, spectrum, parameter, length):
        return objective.risk(spectrum, parameter)

    def bias(self, spectrum, parameter, length):
        return softmax_prompt.bias_bound(spectrum, parameter, length)

    def simulation(self, rng, n, spectrum, parameter, length):
        return drawn_risks(rng, n, "softmax", parameter, np.diag(spectrum), length, queries=64)

    def mutants(self):
        def allowing(factor):
            return lambda **case: Allowed(self.prediction(**case), self.bias(**case) * factor)

        wrong = {name: of_invariants(wrong) for name, wrong in WRONG_OBJECTIVES.items()}
        return {**wrong, "no allowance for L": allowing(0), "a tenth of the bound": allowing(arb("0.1"))}
