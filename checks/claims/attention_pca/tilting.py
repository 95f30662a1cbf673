"""A1.1: exponential tilting, and the limit that both heads share."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from checks.harness.mutants import changed, scaled, swapped
from numerics import prompts
from numerics.infinite_prompt import infinite_prompt_output
from numerics.measured import Measured
from theory.attention_pca import tilting

from .draws import heads, like
from .source import SOURCE


class Tilting(Identity):
    r"""For $x \sim N(0, \Sigma)$ and every $v$: $E[x e^{v\cdot x}] / E[e^{v\cdot x}] = \Sigma v$. Hence the softmax and
    the linear head with scores $\beta\,q^\top A\,x_k$ have the same infinite-prompt limit
    $T(q) = \beta\,\Sigma A^\top q$; for the rank-one head, $A = \mu\mu^\top$, it is $\beta\,\Sigma\mu\mu^\top q$.
    """

    label = "A1.1"
    title = "Exponential tilting, and the infinite-prompt limit of both heads"
    source = SOURCE
    assumptions = ("keys i.i.d. N(0, Σ), Σ ⪰ 0",)
    derivation = staticmethod(tilting.derivation)

    def cases(self):
        # A = ν μᵀ, with ν = μ in every other case; any A is a sum of such, and T is linear in A.
        return heads().flatmap(
            lambda case: st.fixed_dictionaries(
                {
                    **{name: st.just(value) for name, value in case.items()},
                    "left": st.one_of(st.just(case["parameter"]), like(case["spectrum"])),
                    "query": like(case["spectrum"]),
                    "beta": st.sampled_from([0.5, 1.0, 1.5]),
                }
            )
        )

    def prediction(self, spectrum, left, parameter, query, beta, **_):
        rows = [[Fraction(x) * Fraction(y) / 2 for y in parameter] for x in left]
        return tilting.head_limit(spectrum, rows, query, beta)

    def simulation(self, head, spectrum, left, parameter, query, beta, rotation):
        basis = prompts.rotation(np.random.default_rng(rotation), len(spectrum))
        A = np.outer(basis @ left, basis @ parameter) / 2
        output = infinite_prompt_output(head, basis @ query, A, prompts.covariance(spectrum, basis), beta)
        return Measured(basis.T @ output.value, output.error)

    def scale(self, spectrum, **_):
        return spectrum[0] ** 0.5  # the size of a token

    def mutants(self):
        right = self.prediction
        return {
            "half": scaled(right, Fraction(1, 2)),
            "β forgotten": changed(right, beta=lambda beta: 1),
            "β²": changed(right, beta=lambda beta: beta**2),
            "Σ forgotten": changed(right, spectrum=lambda spectrum: [1] * len(spectrum)),
            "Σ² in place of Σ": changed(right, spectrum=lambda spectrum: [value**2 for value in spectrum]),
            "A in place of Aᵀ": swapped(right, "left", "parameter"),
            "μ and q swapped": swapped(right, "parameter", "query"),
        }
