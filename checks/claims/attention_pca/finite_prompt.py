"""A3.1, A3.2: the risk of the linear head in a prompt of L keys, by cubature over all tokens and by drawn ones."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity, Mean
from checks.harness.mutants import shifted
from numerics import prompt_ensembles
from numerics.risk import drawn_risks
from theory.attention_pca import finite_prompt, objective

from .draws import any_ratio, like, rotated, rotations, spectra
from .source import SOURCE

MOST_COORDINATES = 6  # d L: cubature takes as many dimensions


@st.composite
def finite_prompts(draw):
    """Draw a spectrum, the coordinates of μ, a prompt length with d L ≤ 6, and a rotation."""
    spectrum = draw(spectra(3, any_ratio))
    length = draw(st.integers(1, MOST_COORDINATES // len(spectrum)))
    return {"spectrum": spectrum, "parameter": draw(like(spectrum)), "length": length, "rotation": draw(rotations)}


def integrated(query, spectrum, parameter, length, rotation):
    """Return the risk by cubature over all keys and the query, in a random basis."""
    basis, matrix = rotated(spectrum, rotation)
    return prompt_ensembles.risk(prompt_ensembles.finite(matrix, length, query), basis @ parameter)


def size(spectrum, parameter):
    """Return the size of the terms of the risk."""
    return sum(spectrum) * (1 + spectrum[0] * sum(entry**2 for entry in parameter)) ** 2


def of_invariants(wrong):
    """Return the prediction that a wrong formula in t, a, b and 1/L makes."""
    return lambda spectrum, parameter, length, **_: wrong(
        *objective.invariants(spectrum, parameter), Fraction(1, length)
    )


class FreshQuery(Identity):
    r"""In a prompt of $L$ keys $N(0, \Sigma)$, with a query independent of them, the risk of the linear head is
    $R_L(\mu) = t - 2a + b\,[(1 + 1/L)\,a + (t/L)\,b]$, for every $L \ge 1$, every $d$ and $\Sigma \succeq 0$.
    """

    label = "A3.1"
    title = "Finite prompt, linear head, fresh query: exact risk"
    source = SOURCE
    assumptions = ("query independent of the keys", "β = 1")
    examples = Identity.fewer(2)
    derivation = staticmethod(finite_prompt.fresh_derivation)

    def cases(self):
        return finite_prompts()

    def prediction(self, spectrum, parameter, length, **_):
        return finite_prompt.fresh_risk(spectrum, parameter, length)

    def simulation(self, **case):
        return integrated("fresh", **case)

    def scale(self, spectrum, parameter, **_):
        return size(spectrum, parameter)

    def mutants(self):
        return {
            "infinite prompt": of_invariants(lambda t, a, b, e: t - 2 * a + a * b),
            "1/L of the a-term dropped": of_invariants(lambda t, a, b, e: t - 2 * a + b * (a + e * t * b)),
            "trace term dropped": of_invariants(lambda t, a, b, e: t - 2 * a + b * (1 + e) * a),
            "2/L of the a-term": of_invariants(lambda t, a, b, e: t - 2 * a + b * ((1 + 2 * e) * a + e * t * b)),
            "L + 1 in place of L": shifted(self.prediction, length=1),
            "query among the keys": lambda spectrum, parameter, length, **_: finite_prompt.self_risk(
                spectrum, parameter, length
            ),
        }


class SelfQuery(Identity):
    r"""In a prompt of $L$ keys $N(0, \Sigma)$, one of which is the query, the risk of the linear head is
    $R_L(\mu) = t - 2\,[(1 + \frac1L)\,a + \frac{tb}L] + ab\,\frac{(L + 2)(L + 3)}{L^2} + tb^2\,\frac{L + 2}{L^2}$, for
    every $L \ge 1$, every $d$ and $\Sigma \succeq 0$.
    """

    label = "A3.2"
    title = "Finite prompt, linear head, self query: exact risk"
    source = SOURCE
    assumptions = ("the query is one of the keys", "β = 1")
    uses = ("D4.5",)
    examples = Identity.fewer(2)
    derivation = staticmethod(finite_prompt.self_derivation)

    def cases(self):
        return finite_prompts()

    def prediction(self, spectrum, parameter, length, **_):
        return finite_prompt.self_risk(spectrum, parameter, length)

    def simulation(self, **case):
        return integrated("self", **case)

    def scale(self, spectrum, parameter, **_):
        return size(spectrum, parameter)

    def mutants(self):
        return wrong_self_risks(self.prediction)


class SelfQueryOfDrawnTokens(Mean):
    r"""The risk of the linear head in drawn prompts of $L$ keys, each of which is a query in turn, is that of A3.2."""

    label = "A3.2.drawn"
    title = "The self query in drawn prompts"
    source = SOURCE
    assumptions = ("the query is one of the keys", "β = 1")
    uses = ("A3.2",)
    resolution = 0.01
    block = 256
    derivation = staticmethod(finite_prompt.self_derivation)

    def cases(self):
        return [
            {"spectrum": [1.5, 1.0, 1.0, 0.25, 0.0], "parameter": [0.4, -0.3, 0.2, 0.4, 1.0], "length": 6},
            {"spectrum": [1.0, 0.5], "parameter": [0.7, 0.4], "length": 32},
        ]

    def prediction(self, spectrum, parameter, length):
        return finite_prompt.self_risk(spectrum, parameter, length)

    def simulation(self, rng, n, spectrum, parameter, length):
        return drawn_risks(rng, n, "linear", parameter, np.diag(spectrum), length, length, query="self")

    def mutants(self):
        return wrong_self_risks(self.prediction)


def wrong_self_risks(right):
    """Return wrong risks of the self query."""

    def risk(linear, cubic, quartic):
        return of_invariants(lambda t, a, b, e: t - 2 * linear(t, a, b, e) + cubic(e) * a * b + quartic(e) * t * b**2)

    def own(t, a, b, e):
        return (1 + e) * a + e * t * b

    def six(e):
        return (1 + 2 * e) * (1 + 3 * e)

    def two(e):
        return e * (1 + 2 * e)

    return {
        "fresh query": lambda spectrum, parameter, length, **_: finite_prompt.fresh_risk(spectrum, parameter, length),
        "infinite prompt": of_invariants(lambda t, a, b, e: t - 2 * a + a * b),
        "the query's own term of q·T dropped": risk(lambda t, a, b, e: a, six, two),
        "trace term of q·T dropped": risk(lambda t, a, b, e: (1 + e) * a, six, two),
        "trace term of ‖T‖² dropped": risk(own, six, lambda e: 0),
        "L + 1 in place of L + 2": risk(own, lambda e: (1 + e) * (1 + 3 * e), lambda e: e * (1 + e)),
        "L + 2 in place of L + 3": risk(own, lambda e: (1 + 2 * e) ** 2, two),
        "L + 1 in place of L": shifted(right, length=1),
    }
