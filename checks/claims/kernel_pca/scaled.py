"""B10: scaled attention, exactly, and what a mixer of tokens can represent that is learned freely."""

import numpy as np
from flint import arb
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from numerics.kernel_projections import mixed_column, mixed_outputs, products, projected, scaled_values
from numerics.kernel_spectrum import exact_mixers
from theory.kernel_pca import scaled as theory
from theory.kernel_pca import self_attention

from . import mistakes
from .self_attention import pair, predicted
from .sequences import asked, entries, tokens, told_apart
from .source import THEORY


class ScaledAttention(Identity):
    r"""For all $N$, $D$, keys and queries: with $S = G1_NG^{-1}$, a projection of rank one that depends on the keys,
    the values $(I - S)GA$ are those of kernel PCA, so that attention gives $\langle\phi(q), u_d\rangle$. As
    $SGA = 0$ by B1.mean, $S = 0$ gives it as well; so it is observed, too, that $(I - S)Ga = Ga - G1_Na$ for columns
    $a$ that do not sum to 0, and that $S^2$ is $g(k_j)/(Ng(k_i))$, which is $S$.
    """

    label = "B10"
    title = "Scaled Attention: exact identity"
    source = f"{THEORY}; derived here"
    uses = ("B1", "B1.mean")
    examples = Identity.fewer(4)
    derivation = staticmethod(theory.derivation)

    def cases(self):
        return told_apart()

    def any_column(self, **case):
        """Return a column with entries that do not sum to 0, as random ones."""
        keys, _ = pair(**case)
        return keys, asked(case["seed"] + 2, 1, len(keys), 1.0)[0]

    def mixed(self, **case):
        """Return the entries of S and of Ga − G1_Na."""
        keys, column = self.any_column(**case)
        S, left = theory.mixer(keys.tolist()), theory.centred_column(keys.tolist(), column.tolist())
        entries = {f"S² [{i}, {j}]": x for i, row in enumerate(S) for j, x in enumerate(row)}
        return entries | {f"(I − S)Ga [{i}]": x for i, x in enumerate(left)}

    def prediction(self, **case):
        return predicted(theory.projections)(**case) | self.mixed(**case)

    def simulation(self, components, **case):
        keys, queries = pair(**case)
        found = products(projected(queries, keys, components, scaled_values), "h")
        return found | mixed_column(*self.any_column(**case))

    def scale(self, **case):
        found = self.prediction(**case)
        units = {kind: max(abs(float(x)) for name, x in found.items() if name[0] == kind) for kind in "hS("}
        return {name: units[name[0]] for name in found}

    def mutants(self):
        wrong = {
            "S transposed": lambda *case: theory.projections(*case, transposed=True),
            "S = 1_N": mistakes.shifted_by(mistakes.mean_values),
            "g(k_j) in place of g(q)": mistakes.of_products(mistakes.g_inside),
            "a of unit norm": mistakes.of_components(lambda value, n: (value * n).sqrt()),
        }

        def times(factor, first):
            return lambda **case: {k: factor * x for k, x in self.mixed(**case).items() if k.startswith(first)}

        def not_mixed(**case):
            """Return Ga: S = 0."""
            keys, column = self.any_column(**case)
            sums = np.exp(keys @ keys.T / keys.shape[1] ** 0.5).sum(axis=1)
            return {f"(I − S)Ga [{i}]": arb(float(x)) for i, x in enumerate(column / sums)}

        return {name: predicted(projections) for name, projections in wrong.items()} | {
            "7S in place of S": times(7, "S²"),
            "S² = 0": times(0, "S²"),
            "S = 0 for every column": not_mixed,
        }


class FreeMixer(Identity):
    r"""For one sequence with $GA$ of full column rank $D_v$, as for $D_v$ components, **every** $V$ of that shape is
    $(I - S)GA$ for some $S$, as $S = I - V(GA)^+$: the form of the values excludes none, and the layer with that mixer
    gives what it gives with $V$. With $A = XW$ free, too, the family is all $MXW$, $M$ an $N \times N$ mixer of tokens.
    """

    label = "B10.mixer"
    title = "A mixer that is learned freely represents every value matrix of one sequence"
    source = f"{THEORY}; derived here"
    uses = ("B10", "B2")
    examples = Identity.fewer(4)
    derivation = staticmethod(theory.mixer_derivation)

    def cases(self):
        return told_apart(8)

    def drawn_case(self, components, **case):
        keys, queries = pair(**case)
        return queries, keys, asked(case["seed"] + 1, case["n"], components, 1.0)

    def by(self, projections):
        return lambda **case: entries(projections(*(array.tolist() for array in self.drawn_case(**case))))

    def prediction(self, **case):
        return self.by(self_attention.any_values)(**case)

    def simulation(self, **case):
        return mixed_outputs(*self.drawn_case(**case))

    def scale(self, **case):
        return float(abs(self.drawn_case(**case)[2]).max())

    def mutants(self):
        def constrained(queries, keys, values):
            """Return what values give that keep Σ_j g(k_j) v_j = 0, as those of kernel PCA."""
            sums = np.exp(np.array(keys) @ np.array(keys).T / len(keys[0]) ** 0.5).sum(axis=1)[:, None]
            kept = np.array(values) - (sums * values).mean(axis=0) / sums
            return self_attention.any_values(queries, keys, kept.tolist())

        return {
            "Σ_j g(k_j) v_j = 0 is kept": self.by(constrained),
            "the components are kept": self.by(
                lambda queries, keys, values: self_attention.projections(queries, keys, len(values[0]))
            ),
            "S is not needed: no output": self.by(lambda queries, keys, values: [[arb(0)] * len(values[0])] * 2),
        }


class SharedMixer(Identity):
    r"""One mixer for $m$ sequences is exact for all their kernel-PCA values iff $S[G_1A_1 \cdots G_mA_m] = 0$: these
    $S$ have $N(N - r)$ dimensions, $r$ the rank of that matrix, at most $\min(N, mD_v)$, which drawn sequences reach.
    From $m \ge N/D_v$ on $S = 0$ alone is exact: a learned $S \ne 0$ is then not the mixer of kernel PCA.
    """

    label = "B10.shared"
    title = "The mixers that are exact for several sequences at once"
    source = f"{THEORY}; derived here"
    assumptions = (
        "that the rank is min(N, mD_v) is observed for Gaussian keys, not derived",
        "singular values below the bound of their error are taken for 0, if the others are a thousand times above it",
    )
    uses = ("B10",)
    examples = Identity.fewer(4)
    derivation = staticmethod(theory.mixer_derivation)

    def cases(self):
        return st.builds(
            lambda seed, n, width, many: {"seed": seed, "n": n, "width": 1 + width % min(n - 1, 4), "many": many},
            st.integers(0, 2**32 - 1),
            st.integers(3, 8),
            st.integers(0, 3),
            st.integers(1, 4),
        )

    def prediction(self, n, width, many, **_):
        return theory.exact_mixers(n, width, many)

    def simulation(self, seed, n, width, many):
        return exact_mixers(np.array([tokens(seed + i, n, 6, 1.0) for i in range(many)]), width)

    def scale(self, n, **_):
        return n * n

    def mutants(self):
        return {
            "as for one sequence": lambda n, width, **_: n * (n - width),
            "no cap at N": lambda n, width, many, **_: n * (n - width * many),
            "the rank is at most N − 1": lambda n, width, many, **_: n * (n - min(n - 1, width * many)),
            "one row of S": lambda n, width, many, **_: n - min(n, width * many),
        }
