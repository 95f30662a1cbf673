"""B11: Principal Component Pursuit, certified recovery and an exactly solved case."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from checks.harness.mutants import changed, scaled
from numerics import pursuit as numeric
from numerics import pursuit_certificate
from theory.exact import root
from theory.kernel_pca import pursuit

SOURCE = "arXiv:0912.3599"


class Recovery(Identity):
    r"""If $Y$ with $P_TY = UV^\top$, $\|P_{T^\perp}Y\| < 1$, $P_\Omega Y = \lambda\,\mathrm{sign}\,S_0$,
    $|Y_{ij}| < \lambda$ off $\Omega$ exists and $T \cap \Omega = \{0\}$, then $(L_0, S_0)$ is the only minimiser of
    $\|L\|_* + \lambda\|S\|_1$ over $L + S = L_0 + S_0$. Observed: for planted Gaussian $L_0$ of rank $n/20$ and ±1
    at 5 or 10 % of the places, $\lambda = n^{-1/2}$, such a $Y$ is found, and the alternating directions method returns
    $L_0$: the error beside it is what $Y$ and the duality gap prove,
    in floating point with rounding allowed for.
    """

    label = "B11"
    title = "Principal Component Pursuit by ADMM: exact recovery"
    source = f"{SOURCE}; stability derived here"
    assumptions = ("n × n Gaussian factors, uniform support, random signs; the instances listed",)
    derivation = staticmethod(pursuit.sufficiency)

    def cases(self):
        return [
            {"size": size, "rank": max(1, size // 20), "share": share, "seed": seed}
            for size, seeds in ((50, 2), (100, 2), (200, 1))
            for share in (0.05, 0.1)
            for seed in range(seeds)
        ]

    def prediction(self, **_):
        return 0

    def simulation(self, size, rank, share, seed):
        pair = pursuit_certificate.planted(np.random.default_rng(seed), size, rank, share)
        return pursuit_certificate.recovery_error(pair, size**-0.5)

    def scale(self, **_):
        return 1

    def mutants(self):
        return {
            "λ = 1/n: nothing is of low rank": lambda **_: 1,
            "no pursuit: L = K": lambda rank, share, size, **_: root(Fraction(share) * size**2 / rank),
            "singular values shrunk by a thousandth": lambda **_: Fraction(1, 1000),
        }


class Blocks(Identity):
    r"""For $K = s\,11^\top + tA$, $s, t > 0$, $A$ the indicator of $g \ge 3$ diagonal $k \times k$ blocks, $n = gk$,
    and also after permutations and changes of sign of rows and columns: the only minimiser of the pursuit has $L = 0$
    for $\lambda < 1/n$, $L = s\,11^\top$ for $1/n < \lambda < 1/k$ and $L = K$ for $\lambda > 1/k$, of the values
    $\lambda(sn^2 + tnk)$, $sn + \lambda tnk$, $(s + t)n$. So at $\lambda = n^{-1/2}$ spikes of one sign that fill
    blocks are removed exactly if $k < \sqrt n$, whatever their size.
    """

    label = "B11.blocks"
    title = "The pursuit solved exactly: one direction and blocks of spikes, at every λ"
    source = f"derived here, with the certificate of {SOURCE}"
    uses = ("B11",)
    examples = Identity.fewer(2)
    derivation = staticmethod(pursuit.blocks)

    def cases(self):
        eighths = st.integers(2, 24).map(lambda k: k / 8)
        return st.builds(
            lambda groups, block, strength, spike, place, seed: {
                "size": groups * block,
                "block": block,
                "strength": strength,
                "spike": spike,
                "penalty": place(groups * block, block),
                "seed": seed,
            },
            st.integers(3, 8),
            st.integers(1, 4),
            eighths,
            eighths,
            st.sampled_from(PLACES),
            st.integers(0, 2**32 - 1),
        )

    def prediction(self, size, block, strength, spike, penalty, **_):
        return pursuit.least_value(size, block, strength, spike, penalty)

    def simulation(self, size, block, strength, spike, penalty, seed):
        matrix = numeric.scrambled(np.random.default_rng(seed), numeric.block_matrix(size, block, strength, spike))
        return numeric.pursuit_value(matrix, penalty)

    def mutants(self):
        def always(number):
            return lambda seed, **case: pursuit.value_in(number, *case.values())

        return {
            "L = s 11ᵀ at every λ": always(1),
            "L = 0 at every λ": always(0),
            "S = 0 at every λ": always(2),
            "λ = 1/n in place of λ": lambda size, block, strength, spike, **_: pursuit.value_in(
                0, size, block, strength, spike, Fraction(1, size)
            ),
            "2λ": changed(
                lambda seed, **case: pursuit.value_in(1, *case.values()), penalty=lambda penalty: 2 * penalty
            ),
            "half": scaled(self.prediction, Fraction(1, 2)),
        }


PLACES = (
    lambda n, k: 0.5 / n,
    lambda n, k: 0.75 / n,
    lambda n, k: 1.25 / n,
    lambda n, k: (n * k) ** -0.5,
    lambda n, k: 0.75 / k,
    lambda n, k: 1.25 / k,
    lambda n, k: 2 / k,
)
"""λ in each of the three regimes, away from the thresholds 1/n and 1/k."""
