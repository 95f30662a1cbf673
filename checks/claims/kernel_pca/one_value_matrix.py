"""B5: one value matrix W_V, for the values of kernel PCA of one sequence and of many."""

from fractions import Fraction

import numpy as np
from flint import arb
from hypothesis import strategies as st

from checks.harness.intervals import EmpiricalBernstein
from checks.harness.kinds import Identity, Limit, Mean
from checks.harness.mutants import scaled
from numerics import value_matrices
from theory.exact import enclosed
from theory.kernel_pca import one_value_matrix as theory
from theory.kernel_pca.short_sequences import sums

from .audit_draws import drawn_keys, seeds
from .source import THEORY

SOURCE = f"{THEORY}; derived here"
SIZES = [8, 16, 32, 64, 128]


def tokens_and_keys(seed, tokens, width):
    """Return generic tokens X, (N, width), and keys that W_K takes from them: their first coordinates, 2 at most."""
    drawn = drawn_keys(seed, tokens, width)
    return drawn, drawn[:, :2]


class OneSequence(Identity):
    r"""For tokens $X$ of any width and distinct keys, $V$ the values of all $N - 1$ components: a $W_V$ with
    $V = XW_V$ exists iff $\mathrm{rank}\,X = N$, or it is $N - 1$ and $X^\top g = 0$ (for generic $X$: iff the width is
    at least $N$); with a bias iff $\mathrm{rank}\,[X\,o] = N$ (width at least $N - 1$). The mean squared sine by which
    the columns of $V$ miss those of $C = X$ or $[X\,o]$ is $(N - 1 - \rho + g^\top Pg/g^\top g)/(N - 1)$ for $C$ of
    rank $\rho < N$ and $P$ the projection on its columns, and 0 for $\rho = N$.
    """

    label = "B5"
    title = "One value matrix gives all components of one sequence iff the width reaches N"
    source = SOURCE
    assumptions = ("distinct keys", "all N − 1 components; fewer need no smaller width than r")
    derivation = staticmethod(theory.derivation)

    def cases(self):
        return st.integers(2, 5).flatmap(
            lambda n: st.fixed_dictionaries(
                {"seed": seeds, "tokens": st.just(n), "width": st.integers(1, n + 1), "bias": st.booleans()}
            )
        )

    def prediction(self, seed, tokens, width, bias):
        found, keys = tokens_and_keys(seed, tokens, width)
        return theory.missed_share(found.tolist(), keys.tolist(), bias=bias)

    def simulation(self, seed, tokens, width, bias):
        return value_matrices.missed_share(*tokens_and_keys(seed, tokens, width), bias=bias)

    def scale(self, **_):
        return 1

    def mutants(self):
        def enough(least):
            return lambda **case: 0 if case["width"] >= least(**case) else self.prediction(**case)

        return {
            "width N − 1 without a bias": enough(lambda tokens, **_: tokens - 1),
            "width N − 2 with a bias": enough(lambda tokens, bias, **_: tokens - 2 * bias),
            "the dimension of the keys is enough": enough(lambda width, **_: min(2, width)),
            "the bias counts for nothing": lambda **case: self.prediction(**{**case, "bias": False}),
            "a subspace that knows nothing of g": lambda tokens, width, bias, **_: max(
                Fraction(0), 1 - Fraction(width + bias, tokens)
            ),
        }


class SharedToken(Identity):
    r"""For $D = 1$ and the sequences of the keys $0$ and $y_b \ne 0$, $b = 1, \dots, B$: whatever function of the token
    gives the value of the key $0$ ($W_V$ of any width included), and whatever the signs of the components, its squared
    error is at least $1 - (\sum_b |v_b|)^2/(B\sum_b v_b^2)$ of $\sum_b v_b^2$, and no less can be reached, with
    $v_b^2 = (1 + E_b)^2/((E_b - 1)(E_b + 3))$ and $E_b = e^{y_b^2}$: not 0 unless all $y_b^2$ are the same.
    """

    label = "B5.shared"
    title = "A token in two contexts has two values: no value matrix of any width gives both"
    source = SOURCE
    assumptions = ("aᵀK̃a = 1: eigenvectors are not rescaled for each sequence",)
    derivation = staticmethod(theory.shared)

    def cases(self):
        partner = st.integers(4, 28).map(lambda k: k / 16)
        return st.lists(partner, min_size=2, max_size=4).map(lambda found: {"partners": found})

    def prediction(self, partners):
        return theory.context_error(partners)

    def simulation(self, partners):
        return value_matrices.context_error(partners)

    def scale(self, **_):
        return 1

    def mutants(self):
        def of_squares(square):
            def mutant(partners):
                found = [square(enclosed(Fraction(y) ** 2).exp(), sums([[0], [y]])) for y in partners]
                roots = sum((x.sqrt() for x in found), arb(0))
                return 1 - roots**2 / (len(found) * sum(found, arb(0)))

            return mutant

        return {
            "a of norm 1: the same value in every context": lambda **_: 0,
            "K in place of K_φ": of_squares(lambda e, g: 1 / (e - 1)),
            "the value of the other key": of_squares(lambda e, g: 4 / ((e - 1) * (e + 3))),
            "twice": scaled(self.prediction, 2),
        }


class Pairs(Identity):
    r"""For any three different keys, the sequences (1, 2), (2, 3) and (1, 3), and any function $f$ of the token: the
    equations $\sum_j g(k_j) f(k_j) = 0$, which exact values satisfy whatever output matrix each sequence is given, have
    the determinant $ach + bde > 0$ ($a, b$; $c, d$; $e, h$: the $g$ of the pairs), so only $f = 0$ solves them.
    Observed with rows of norm 1.
    """

    label = "B5.pairs"
    title = "Three pairs of tokens: no value matrix of any width, whatever scales and signs"
    source = SOURCE
    assumptions = ("different keys",)
    derivation = staticmethod(theory.pairs)

    def cases(self):
        return st.fixed_dictionaries({"seed": seeds, "dimension": st.integers(1, 5)})

    def prediction(self, seed, dimension):
        return theory.pairs_determinant(drawn_keys(seed, 3, dimension).tolist())

    def simulation(self, seed, dimension):
        return value_matrices.pairs_determinant(drawn_keys(seed, 3, dimension))

    def scale(self, **_):
        return 1

    def mutants(self):
        return {
            "a common solution": lambda **_: 0,
            "g forgotten": lambda **_: arb(2).rsqrt(),
            "twice": scaled(self.prediction, 2),
        }


class ManySequences(Mean):
    r"""For 8 sequences of 16 tokens $N(0, I_8)$, which are the keys, and 8 components: the relative residual
    $\lVert V - XW_V\rVert_F/\lVert V\rVert_F$ of one $W_V$ with a bias is on average between 0.92 and 0.97 where
    the signs of all components are free, and between 0.75 and 0.82 where a rotation for each sequence is (found by
    least squares and alignment in turns: the least residual may be smaller than what they find).
    """

    label = "B5.batch"
    title = "One value matrix for many sequences: most of the values is missed"
    source = SOURCE
    assumptions = ("tokens N(0, I), W_K = I", "alternating minimisation, a local minimum")
    known = EmpiricalBernstein(0, 1)
    resolution = 0.04
    block = 64
    pilot = 128

    def cases(self):
        return [{"align": align} for align in value_matrices.ALIGNMENTS]

    def prediction(self, align):
        return {"signs": Fraction(945, 1000), "rotations": Fraction(785, 1000)}[align]

    def bias(self, align):
        return {"signs": Fraction(25, 1000), "rotations": Fraction(35, 1000)}[align]  # what is claimed is a bound

    def simulation(self, rng, n, align):
        return value_matrices.shared_residual(rng.standard_normal((n, 8, 16, 8)), 8, align, steps=10)

    def scale(self, **_):
        return 1

    def mutants(self):
        return {
            "one matrix gives them all": lambda **_: Fraction(0),
            "half of it": lambda align: Fraction(1, 2) if align == "signs" else Fraction(2, 5),
        }


class SmallKeys(Limit):
    r"""For keys $s\,k_j$, which are the tokens, and as many components as the centred keys have dimensions: the
    relative residual $\lVert V - XW_V - ob^\top\rVert_F/\lVert V\rVert_F$ is $O(s^2)$ as $s \to 0$. On a line, with
    one component, it is $s^2|\mu_3/(2v) - m|\sqrt{(\mu_4 - v^2 - \mu_3^2/v)/(vD)} + O(s^4)$, with the mean $m$, the
    variance $v$ and the central moments $\mu_3, \mu_4$ of the keys along it. (Sizes are $1/s$.)
    """

    label = "B5.small"
    title = "Small keys: one value matrix with a bias, up to the second order"
    source = SOURCE
    assumptions = ("the singular values of the centred keys differ", "observed: keys on a line, D = 4")
    exponents = (2, 4)
    resolution = 0.02
    derivation = staticmethod(theory.small)

    def cases(self):
        return [{"places": [0.0, 1.0, 3.0, 1.5], "dimension": 4, "sizes": SIZES}]

    def prediction(self, places, dimension, **_):
        return theory.small_coefficient(places, dimension)

    def simulation(self, size, places, dimension):
        return value_matrices.small_key_coefficient(size, np.array(places), dimension)

    def mutants(self):
        def mirrored(places, dimension, **_):
            """K in place of K_φ and g = 1: μ₃/(2v) + m, as for keys whose mean has the other sign."""
            mean = 2 * Fraction(sum(places)) / len(places)
            return theory.small_coefficient([Fraction(k) - mean for k in places], dimension)

        return {
            "1/√D omitted": lambda places, **_: theory.small_coefficient(places, 1),
            "K in place of K_φ, g = 1": mirrored,
            "O(s⁴)": lambda **_: 0,
        }


class SmallKeysWithoutBias(Limit):
    r"""For keys $s\,k_j$ in $D = 1$, which are the tokens, and one component: without a bias the relative residual
    tends to $|\bar k|/\sqrt{\overline{k^2}}$ as $s \to 0$. (Sizes are $1/s$.)
    """

    label = "B5.unbiased"
    title = "Small keys without a bias: the mean of the keys is missed"
    source = SOURCE
    exponents = (2, 4)
    resolution = 0.02
    derivation = staticmethod(theory.small)

    def cases(self):
        return [{"keys": [0.0, 1.0, 3.0], "sizes": SIZES}]

    def prediction(self, keys, **_):
        return theory.unbiased_limit(keys)

    def simulation(self, size, keys):
        return value_matrices.small_key_residual(size, np.array(keys)[:, None], 1, bias=False)

    def mutants(self):
        return {
            "as with a bias": lambda **_: 0,
            "the mean over the deviation": lambda keys, **_: (
                theory.unbiased_limit(keys) / (1 - theory.unbiased_limit(keys) ** 2).sqrt()
            ),
            "its square": lambda keys, **_: theory.unbiased_limit(keys) ** 2,
        }
