"""D1.2 and D4.5: moments of sample covariances, exact at every d and n, and those of Marchenko–Pastur."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity, Mean
from checks.harness.mutants import shifted, swapped
from numerics.ensembles import wishart
from theory.random_matrices import wishart_moments as theory

from ..attention_pca.draws import any_ratio, like, rotated, rotations, spectra

SOURCE = "L. Isserlis, Biometrika 12 (1918), doi:10.1093/biomet/12.1-2.134; the formulas are derived here"
MARCHENKO_PASTUR = "V. A. Marchenko and L. A. Pastur, Math. USSR-Sb. 1 (1967), doi:10.1070/SM1967v001n04ABEH001994"

MOST_COORDINATES = 6  # d n: cubature takes as many dimensions

PRODUCTS: dict[str, dict[str, tuple[int, ...]]] = {
    "uᵀSu": {"forms": (1,)},
    "uᵀS²u": {"forms": (2,)},
    "uᵀS³u": {"forms": (3,)},
    "uᵀS²u · uᵀSu": {"forms": (2, 1)},
    "tr S · uᵀS²u": {"traces": (1,), "forms": (2,)},
    "tr S · (uᵀSu)²": {"traces": (1,), "forms": (1, 1)},
}
"""The moments by name, as powers of S in traces and quadratic forms."""


@st.composite
def sample_covariances(draw):
    """Draw the spectrum and a rotation of Γ, the sample size, and the coordinates of a vector that is not 0."""
    spectrum = draw(spectra(MOST_COORDINATES, any_ratio))
    first, *others = draw(like(spectrum))
    n = draw(st.integers(1, MOST_COORDINATES // len(spectrum)))
    return {"spectrum": spectrum, "u": [first or 1.0, *others], "n": n, "rotation": draw(rotations)}


class WishartMoments(Identity):
    r"""$S = XX^\top/n$, where the columns of $X$, $d \times n$, are i.i.d. $N(0, \Gamma)$, has for all $d$,
    $n \ge 1$, $\Gamma \succeq 0$ and $u$: $E S = \Gamma$, $E S^2 = (1 + \frac1n)\Gamma^2 + \frac1n t_1\Gamma$,
    $E S^3 = (1 + \frac3n + \frac4{n^2})\Gamma^3 + \frac2n(1 + \frac1n)\,t_1\Gamma^2
    + \frac1n[\frac1n t_1^2 + (1 + \frac1n)t_2]\,\Gamma$,
    $n^2 E[u^\top S^2u\;u^\top Su] = (n + 2)(n + 3)\,a_1a_2 + (n + 2)\,t_1a_1^2$,
    $n^2 E[\mathrm{tr}S\;(u^\top Su)^2] = (n + 2)(n\,t_1a_1^2 + 4a_1a_2)$ and
    $n^2 E[\mathrm{tr}S\;u^\top S^2u] = (n^2 + n + 2)\,t_1a_2 + (n\,t_1^2 + 2t_2)\,a_1 + 4(n + 1)\,a_3$, with
    $t_k = \mathrm{tr}\,\Gamma^k$, $a_k = u^\top\Gamma^ku$.
    """

    label = "D4.5"
    title = "Exact Wishart moments"
    source = SOURCE
    assumptions = ("columns i.i.d. N(0, Γ), centred, Γ ⪰ 0",)
    derivation = staticmethod(theory.derivation)

    def cases(self):
        return sample_covariances()

    def prediction(self, spectrum, u, n, **_):
        return theory.moments(spectrum, u, n)

    def simulation(self, spectrum, u, n, rotation):
        basis, matrix = rotated(spectrum, rotation)
        nodes = wishart.cubature(matrix, n, degree=3)
        return {name: wishart.mean_product(nodes, **powers, vector=basis @ u) for name, powers in PRODUCTS.items()}

    def scale(self, spectrum, u, **_):
        return {
            name: sum(spectrum) ** sum(map(sum, powers.values())) * np.dot(u, u) ** len(powers["forms"])
            for name, powers in PRODUCTS.items()
        }

    def mutants(self):
        def formulas(wrong):
            def mutant(spectrum, u, n, **_):
                t1, t2, a1, a2, a3 = theory.invariants(spectrum, u).values()
                return wrong(len(spectrum), Fraction(1, n), t1, t2, a1, a2, a3)

            return mutant

        return {
            "S is Γ": formulas(lambda d, e, t1, t2, a1, a2, a3: {"uᵀS²u": a2, "uᵀS³u": a3}),
            "1/n of the first term dropped": formulas(lambda d, e, t1, t2, a1, a2, a3: {"uᵀS²u": a2 + e * t1 * a1}),
            "trace term dropped": formulas(lambda d, e, t1, t2, a1, a2, a3: {"uᵀS²u": (1 + e) * a2}),
            "d in place of tr Γ": formulas(lambda d, e, t1, t2, a1, a2, a3: {"uᵀS²u": (1 + e) * a2 + e * d * a1}),
            "(tr Γ)² in place of tr Γ²": formulas(
                lambda d, e, t1, t2, a1, a2, a3: {
                    "uᵀS³u": (1 + 3 * e + 4 * e**2) * a3 + 2 * e * (1 + e) * t1 * a2 + e * (1 + 2 * e) * t1**2 * a1
                }
            ),
            "complex columns": formulas(
                lambda d, e, t1, t2, a1, a2, a3: {
                    "uᵀS²u": a2 + e * t1 * a1,
                    "uᵀS³u": (1 + e**2) * a3 + 2 * e * t1 * a2 + (e * t2 + e**2 * t1**2) * a1,
                }
            ),
            "n + 1 in place of n + 2": formulas(
                lambda d, e, t1, t2, a1, a2, a3: {"uᵀS²u · uᵀSu": (1 + e) * ((1 + 3 * e) * a1 * a2 + e * t1 * a1**2)}
            ),
            "factors independent": formulas(
                lambda d, e, t1, t2, a1, a2, a3: {"tr S · (uᵀSu)²": t1 * (1 + 2 * e) * a1**2}
            ),
            "n + 1 in place of n": shifted(self.prediction, n=1),
        }


def limit(k, d, n):
    """Return the limit of the trace moment at d = γn."""
    return theory.marchenko_pastur_moment(k, Fraction(d, n))


def of_complex_columns(k, d, n):
    """Return the trace moment of complex Gaussian columns."""
    return {
        1: Fraction(1),
        2: Fraction(n + d, n),
        3: Fraction(n**2 + 3 * n * d + d**2 + 1, n**2),
        4: Fraction(n**3 + 6 * n**2 * d + 6 * n * d**2 + d**3 + 5 * n + 5 * d, n**3),
    }[k]


class TraceMoments(Identity):
    r"""For $\Gamma = I$ and all $d, n \ge 1$: $E\,\mathrm{tr}S/d = 1$, $E\,\mathrm{tr}S^2/d = (n + d + 1)/n$,
    $E\,\mathrm{tr}S^3/d = [n^2 + 3n(d + 1) + d^2 + 3d + 4]/n^2$ and
    $E\,\mathrm{tr}S^4/d = [n^3 + 6n^2(d + 1) + n(6d^2 + 17d + 21) + d^3 + 6d^2 + 21d + 20]/n^3$. As $n \to \infty$ with
    $d = \gamma n$ they tend to $m_k = \sum_{r=0}^{k-1}\frac{\gamma^r}{r+1}\binom kr\binom{k-1}r$, which for every
    $k \ge 1$ is the moment of the Marchenko–Pastur law.
    """

    label = "D1.2"
    title = "Marchenko–Pastur moments and exact finite-n trace moments"
    source = f"{MARCHENKO_PASTUR}; the moments at finite n are derived here"
    assumptions = ("columns i.i.d. N(0, I), centred",)
    uses = ("D4.5",)
    derivation = staticmethod(theory.limit_derivation)

    def cases(self):
        sizes = range(1, MOST_COORDINATES + 1)
        return [{"d": d, "n": n} for d in sizes for n in sizes if d * n <= MOST_COORDINATES]

    def prediction(self, d, n):
        return {f"E tr S^{k}/d": theory.trace_moment(k, d, n) for k in theory.TRACE_MOMENTS}

    def simulation(self, d, n):
        nodes = wishart.cubature(np.eye(d), n, degree=4)
        return {f"E tr S^{k}/d": wishart.mean_trace(nodes, k) for k in theory.TRACE_MOMENTS}

    def mutants(self):
        def moments(wrong):
            return lambda d, n: {f"E tr S^{k}/d": wrong(k, d, n) for k in theory.TRACE_MOMENTS}

        return {
            "the limit at finite n": moments(limit),
            "complex columns": moments(of_complex_columns),
            "γ and 1/γ exchanged": swapped(self.prediction, "d", "n"),
            "n + 1 in place of n": shifted(self.prediction, n=1),
            "d + 1 in place of d": shifted(self.prediction, d=1),
        }


class TraceMomentsOfDrawnColumns(Mean):
    r"""The formulas for $E\,\mathrm{tr}S^k/d$, $k = 2, 3, 4$, $\Gamma = I$, at dimensions beyond those of cubature."""

    label = "D1.2.drawn"
    title = "Trace moments of drawn sample covariances"
    source = SOURCE
    assumptions = ("columns i.i.d. N(0, I), centred",)
    uses = ("D4.5",)
    resolution = 0.015
    block = 1024
    derivation = staticmethod(theory.trace_moment_derivation)

    def cases(self):
        return ({"d": 8, "size": 20, "k": 2}, {"d": 20, "size": 8, "k": 3}, {"d": 8, "size": 20, "k": 4})

    def prediction(self, d, size, k):
        return theory.trace_moment(k, d, size)

    def simulation(self, rng, n, d, size, k):
        return wishart.drawn_trace_moments(rng, n, d, size, k)

    def mutants(self):
        return {
            "the limit at finite n": lambda d, size, k: limit(k, d, size),
            "complex columns": lambda d, size, k: of_complex_columns(k, d, size),
            "γ and 1/γ exchanged": swapped(self.prediction, "d", "size"),
            "n + 1 in place of n": shifted(self.prediction, size=1),
            "n − 1 in place of n": shifted(self.prediction, size=-1),
        }
