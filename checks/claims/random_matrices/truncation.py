"""D4.2: the certificate for rows that are left out, and how an outlier's eigenvector falls."""

from fractions import Fraction

import numpy as np
from flint import arb
from hypothesis import strategies as st

from checks.harness.kinds import Bound, Identity, Mean
from checks.harness.mutants import scaled, shifted
from numerics.ensembles.profile import top_profile
from numerics.ensembles.tridiagonal import gain
from numerics.ensembles.whole import left_out
from theory.exact import enclosed
from theory.random_matrices import truncation

from .draws import matrices, nonzero


@st.composite
def cuts(draw):
    """Draw a tridiagonal matrix to be cut after m rows, which are lifted above the others."""
    case = draw(matrices(2, 8, nonzero))
    m = draw(st.integers(1, len(case["diagonal"]) - 1))
    lift = draw(st.sampled_from([1.0, 4.0, 16.0, 64.0]))
    diagonal = [entry + lift if i < m else entry for i, entry in enumerate(case["diagonal"])]
    return {**case, "diagonal": diagonal, "m": m}


class TruncationCertificate(Bound):
    r"""Let $\lambda$ be the top eigenvalue of a symmetric tridiagonal $T$, $T_m$ its first $m$ rows with simple
    eigenvalues $\lambda_m > \lambda_2 > \dots$ and unit eigenvectors $v = v_1, v_2, \dots$, $R$ the other rows with the
    top eigenvalue $\kappa < \lambda_m$, $\beta = T_{m-1,m}$, $w$ the squared last component of $v$,
    $c = [(\lambda_m - R)^{-1}]_{00}$ and $a = \sum_{j \ge 2} v_{j,\mathrm{last}}^2/(\lambda_m - \lambda_j)$. If
    $\beta^2ac < 1$, then $0 \le \lambda - \lambda_m \le \beta^2cw/(1 - \beta^2ac)$; and so with
    $1/(\lambda_m - \kappa)$ for $c$ and $(1 - w)/(\lambda_m - \lambda_2)$ for $a$ (by gaps).
    """

    label = "D4.2"
    title = "Certificate for a truncated tridiagonal matrix"
    source = "derived here; B. N. Parlett, The Symmetric Eigenvalue Problem, doi:10.1137/1.9781611971163"
    assumptions = ("κ < λ_m", "β²ac < 1")
    side = "upper"
    derivation = staticmethod(truncation.derivation)

    def cases(self):
        return cuts().filter(lambda case: len(truncation.cut(**case).bounds()) == 2)

    def prediction(self, **case):
        return truncation.cut(**case).bounds()

    def simulation(self, **case):
        found = gain(**case)
        return {"by resolvents": found, "by gaps": found}

    def scale(self, diagonal, couplings, **_):
        return max(map(abs, diagonal)) + 2 * max(map(abs, couplings))

    def mutants(self):
        def misread(of, name="by resolvents"):
            def mutant(**case):  # where its condition fails a wrong bound says nothing
                found = truncation.cut(**case)
                return {name: found.bounds()[name] if of(found) is None else of(found)}

            return mutant

        return {
            "half": scaled(self.prediction, Fraction(1, 2)),
            "v_last⁴": misread(lambda found: found.bound(weight=found.weight**2)),
            "β in place of β²": misread(lambda found: found.bound(square=found.square.sqrt())),
            "other eigenvectors forgotten": misread(lambda found: found.bound(beside=arb(0))),
            "by gaps, without λ_m − λ_2": misread(
                lambda found: found.bound(rest=1 / found.below, beside=arb(0)), name="by gaps"
            ),
        }


class RowsLeftOut(Identity):
    r"""The sampler of D4.1, which draws only the leading rows of $B$ until $w$ of D4.2 is below $10^{-16}$, has the
    eigenvalue and the overlap of all rows, up to rounding: at both ends, above, at and below the threshold.
    """

    label = "D4.2.sampler"
    title = "The sampler against all rows of the same draw"
    source = "observed here, of the form of doi:10.1063/1.1507823"
    assumptions = ("the draws tried",)
    uses = ("D4.2",)

    def cases(self):
        sizes = ((1000, 1000, 0.0), (1000, 1000, 1.0), (2000, 500, 0.0), (500, 2000, 0.5), (1000, 1000, 2.0))
        tops = [{"d": d, "columns": n, "strength": theta, "end": "top", "seed": d + n} for d, n, theta in sizes]
        bottoms = ((500, 2000, -0.75), (400, 2000, 0.0), (100, 3000, -0.5))
        return tops + [
            {"d": d, "columns": n, "strength": theta, "end": "bottom", "seed": d + n} for d, n, theta in bottoms
        ]

    def prediction(self, **_):
        return {"eigenvalue": Fraction(0), "overlap": Fraction(0)}

    def simulation(self, seed, d, columns, strength, end):
        return left_out(seed, 32, d, columns, strength, end)

    def scale(self, **_):
        return 1

    def mutants(self):
        return {
            "eigenvalue off by a millionth": lambda **_: {"eigenvalue": Fraction(1, 10**6)},
            "overlap off by a millionth": lambda **_: {"overlap": Fraction(1, 10**6)},
        }


class DecayByRows(Mean):
    r"""As $n \to \infty$ with $d/n \to \gamma$, for $\theta > \sqrt\gamma$, the squared components of the unit
    eigenvector of $BB^\top/n$ (D4.1) with the top eigenvalue have $v_k^2/v_0^2 \to (1+\theta)(\gamma/\theta^2)^k$ for
    every row $k \ge 1$. So the top eigenvalue tends to $(1+\theta)(1+\gamma/\theta)$ and
    $v_0^2$, the squared overlap with $u$, to $(1 - \gamma/\theta^2)/(1 + \gamma/\theta)$. (Observed: the mean of
    $\log v_k^2/v_0^2$.)
    """

    label = "D4.2.rows"
    title = "Decay of an outlier's eigenvector by rows"
    source = "derived here; the limits: J. Baik, J. Silverstein, doi:10.1016/j.jmva.2005.08.003"
    assumptions = ("θ > √γ",)
    uses = ("D4.1", "D4.2")
    resolution = 0.001
    block = 64
    pilot = 256
    derivation = staticmethod(truncation.rows_derivation)

    def cases(self):
        return (
            {"d": 10**8, "columns": 10**8, "strength": 2.0, "row": 4},
            {"d": 5 * 10**7, "columns": 10**8, "strength": 1.25, "row": 2},
        )

    def prediction(self, d, columns, strength, row):
        return truncation.fall(strength, Fraction(d, columns), row)

    def drift(self, columns, row, **_):
        # a smooth function of entries whose variances are O(1/n); seen at n = 1000 and 4000: less than 3 row²/n
        return Fraction(4 * row**2, columns)

    def simulation(self, rng, n, d, columns, strength, row):
        squares = top_profile(rng, n, d, columns, strength)
        return np.log(squares[row] / squares[0])

    def mutants(self):
        def falls(of, first=lambda theta: 1 + theta):
            def mutant(d, columns, strength, row):
                theta, gamma = Fraction(strength), enclosed(Fraction(d, columns))
                return enclosed(first(theta)).log() + row * of(enclosed(theta), gamma).log()

            return mutant

        return {
            "γ/θ a row": falls(lambda theta, gamma: gamma / theta),
            "√γ/θ a row": falls(lambda theta, gamma: gamma.sqrt() / theta),
            "1/θ² a row": falls(lambda theta, gamma: 1 / theta**2),
            "first row as all others": falls(lambda theta, gamma: gamma / theta**2, first=lambda theta: Fraction(1)),
            "one row more": shifted(self.prediction, row=1),
        }
