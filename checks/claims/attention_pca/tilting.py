"""A1.1: exponential tilting, and the limit that both heads share."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from checks.harness.mutants import changed, scaled, swapped
from numerics.infinite_prompt import infinite_prompt_output
from numerics.measured import Measured
from theory.attention_pca import tilting

from .draws import heads, like, rotated
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
        # A = (ν μᵀ + κ μ νᵀ)/6 has rank one if κ = 0 or ν = μ, else rank two; a sixth, to keep softmax scores small.
        return heads().flatmap(
            lambda case: st.fixed_dictionaries(
                {
                    **{name: st.just(value) for name, value in case.items()},
                    "left": st.one_of(st.just(case["parameter"]), like(case["spectrum"])),
                    "query": like(case["spectrum"]),
                    "mixed": st.sampled_from([0.0, 0.5]),
                    "beta": st.sampled_from([0.5, 1.0, 1.5]),
                }
            )
        )

    def prediction(self, spectrum, left, parameter, mixed, query, beta, **_):
        nu, mu, kappa = list(map(Fraction, left)), list(map(Fraction, parameter)), Fraction(mixed)
        pairs = list(zip(nu, mu, strict=True))
        rows = [[(x * m + kappa * y * n) / 6 for n, m in pairs] for x, y in pairs]
        return tilting.head_limit(spectrum, rows, query, beta)

    def simulation(self, head, spectrum, left, parameter, mixed, query, beta, rotation):
        basis, matrix = rotated(spectrum, rotation)
        outer = np.outer(basis @ left, basis @ parameter)
        A = (outer + mixed * outer.T) / 6
        output = infinite_prompt_output(head, basis @ query, A, matrix, beta)
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
