"""A5.4: finite prompts with a covariance each, linear head, by nested cubature and by drawn prompts."""

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity, Mean
from checks.harness.mutants import shifted, swapped
from numerics import prompt_ensembles, prompts
from numerics.prompts import QUERIES
from numerics.risk import drawn_risks
from theory.attention_pca import finite_prompt, spiked_finite, spiked_prompt

from .descent import lowest
from .draws import any_ratio, gapped_ratio, like, rotated, rotations, spectra
from .finite_prompt import size
from .source import SOURCE

IN_CONTEXT = f"{SOURCE}; the risk over random covariances is derived here"

MOST_COORDINATES = 6  # d n + n L: cubature takes as many dimensions


@st.composite
def finite_prompts(draw):
    """Draw the spectrum of Γ, the coordinates of μ, n and L with d n + n L ≤ 6, the query and a rotation."""
    spectrum = draw(spectra(3, any_ratio))
    d = len(spectrum)
    columns = draw(st.integers(1, MOST_COORDINATES // (d + 1)))
    length = draw(st.integers(1, MOST_COORDINATES // columns - d))
    query = draw(st.sampled_from(QUERIES))
    sizes = {"columns": columns, "length": length, "query": query, "rotation": draw(rotations)}
    return {"spectrum": spectrum, "parameter": draw(like(spectrum)), **sizes}


def wrong_finite_risks(right):
    """Return wrong risks of finite prompts."""

    def other(query, **case):
        return right(query="fresh" if query == "self" else "self", **case)

    def infinite(spectrum, parameter, columns, **_):
        return spiked_prompt.risk(spectrum, parameter, columns)

    def one_covariance(spectrum, parameter, length, query, **_):
        return (finite_prompt.self_risk if query == "self" else finite_prompt.fresh_risk)(spectrum, parameter, length)

    return {
        "fresh and self exchanged": other,
        "infinite prompt": infinite,
        "every prompt has the covariance Γ": one_covariance,
        "n + 1 in place of n": shifted(right, columns=1),
        "L + 1 in place of L": shifted(right, length=1),
        "n and L exchanged, fresh query too": swapped(right, "columns", "length"),
    }


class FiniteInContextRisk(Identity):
    r"""Prompts of $L$ keys, each with a covariance $\Sigma \sim W_d(n, \Gamma)/n$ of its own, linear head: for all $d$,
    $n, L \ge 1$ and $\Gamma \succeq 0$ the risk is $E R_L = t - 2(c_1a + c_2tb) + c_3ab + c_4tb^2$ with $t, a, b$ of
    $\Gamma$. Fresh query: $c_1 = 1 + 1/n$, $c_2 = 1/n$, $c_3 = (n + 2)[(n + 3)(L + 1) + 4]/(n^2L)$,
    $c_4 = (n + 2)(n + L + 1)/(n^2L)$. Self query: $c_1 = [(n + 1)(L + 1) + 2]/(nL)$, $c_2 = (n + L + 1)/(nL)$,
    $c_3 = (n + 2)(L + 2)[(n + 3)(L + 3) + 4]/(nL)^2$, $c_4 = (n + 2)(L + 2)(n + L + 3)/(nL)^2$, in which $n$ and $L$
    enter alike.
    """

    label = "A5.4"
    title = "In context: finite prompt and random covariance, linear head"
    source = IN_CONTEXT
    assumptions = ("Σ ~ W_d(n, Γ)/n, a new one in every prompt", "β = 1")
    uses = ("A3.1", "A3.2", "D4.5")
    examples = Identity.fewer(2)
    derivation = staticmethod(spiked_finite.derivation)

    def cases(self):
        return finite_prompts()

    def prediction(self, spectrum, parameter, columns, length, query, **_):
        return spiked_finite.risk(spectrum, parameter, columns, length, query)

    def simulation(self, spectrum, parameter, columns, length, query, rotation):
        basis, matrix = rotated(spectrum, rotation)
        drawn = prompt_ensembles.finite(matrix, length, query, columns=columns)
        return prompt_ensembles.risk(drawn, basis @ parameter)

    def scale(self, spectrum, parameter, **_):
        return size(spectrum, parameter)

    def mutants(self):
        return wrong_finite_risks(self.prediction)


class FiniteInContextRiskDrawn(Mean):
    r"""The risk of the linear head in drawn prompts of drawn covariances is that of A5.4, for both queries."""

    label = "A5.4.drawn"
    title = "Drawn prompts of drawn covariances"
    source = IN_CONTEXT
    assumptions = ("Σ ~ W_d(n, Γ)/n, a new one in every prompt", "β = 1")
    uses = ("A5.4",)
    resolution = 0.01
    block = 256
    derivation = staticmethod(spiked_finite.derivation)

    def cases(self):
        sizes = {"columns": 12, "length": 10}
        case = {"spectrum": [1.5, *[1.0] * 7], "parameter": [0.5, -0.2, 0.1, *[0.0] * 5], **sizes}
        return [{**case, "query": query} for query in QUERIES]

    def prediction(self, spectrum, parameter, columns, length, query):
        return spiked_finite.risk(spectrum, parameter, columns, length, query)

    def simulation(self, rng, n, spectrum, parameter, columns, length, query):
        matrix = np.diag(spectrum)
        return drawn_risks(rng, n, "linear", parameter, matrix, length, length, query=query, columns=columns)

    def mutants(self):
        wrong = wrong_finite_risks(self.prediction)  # one more n or L is a matter of few per mille here; A5.4 sees it
        return {name: mutant for name, mutant in wrong.items() if "+ 1" not in name and "exchanged, fresh" not in name}


class FiniteInContextMinimum(Identity):
    r"""For all $d$, $n, L \ge 1$, $0 \ne \Gamma \succeq 0$ and both queries the stationary points of the risk of A5.4
    are, modulo $\ker\Gamma$, $0$ and eigenvectors of $\Gamma$, at which, with the coefficients of A5.4,
    $\lVert\mu\rVert^2 = (c_1\lambda + c_2t)/(\lambda(c_3\lambda + c_4t))$ and
    $E R_L = t - (c_1\lambda + c_2t)^2/(c_3\lambda + c_4t)$. Both decrease in $\lambda$: the global minimisers are the
    vectors of that norm in the top eigenspace.
    """

    label = "A5.4.minimum"
    title = "In context: stationary points and minimum for finite prompts"
    source = IN_CONTEXT
    assumptions = ("Σ ~ W_d(n, Γ)/n, a new one in every prompt", "β = 1")
    uses = ("A5.4",)
    examples = Identity.fewer(4)  # each runs two flows
    derivation = staticmethod(spiked_finite.derivation)

    def cases(self):
        sizes = st.one_of(st.integers(1, 4), st.sampled_from([10, 100]))
        case = {"spectrum": spectra(2, gapped_ratio), "columns": sizes, "length": sizes}
        return st.fixed_dictionaries({**case, "query": st.sampled_from(QUERIES), "rotation": rotations})

    def prediction(self, spectrum, columns, length, query, **_):
        value, norm = spiked_finite.points(spectrum, columns, length, query)[0]
        outside = "part of ‖μ‖² outside the top eigenspace"
        return {"lowest risk of the flows": value, "‖μ‖² there": norm, outside: 0}

    def simulation(self, spectrum, columns, length, query, rotation):
        rng = np.random.default_rng(rotation)
        basis = prompts.rotation(rng, len(spectrum))
        matrix = prompts.covariance(spectrum, basis)
        drawn = prompt_ensembles.finite(matrix, length, query, columns=columns, reduced=True)
        return lowest(drawn, rng, basis[:, np.array(spectrum) < spectrum[0]], sum(spectrum))

    def scale(self, spectrum, **case):
        quantities = self.prediction(spectrum, **case)
        return {name: sum(spectrum) if "risk" in name else 1 / spectrum[0] for name in quantities}

    def mutants(self):
        def last(spectrum, columns, length, query, **_):
            value, norm = spiked_finite.points(spectrum, columns, length, query)[-1]
            return {"lowest risk of the flows": value, "‖μ‖² there": norm}

        return {
            "v_d": last,
            "norm of an infinite prompt": lambda spectrum, columns, **_: {
                "‖μ‖² there": spiked_prompt.points(spectrum, columns)[0][1]
            },
            "n + 1 in place of n": shifted(self.prediction, columns=1),
            "L + 1 in place of L": shifted(self.prediction, length=1),
        }
