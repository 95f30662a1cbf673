"""D4.4: the banded form of the spiked model has the law of the dense one."""

from checks.harness.kinds import Law
from numerics.ensembles import banded, dense
from numerics.ensembles.ranks import ranks_among
from theory.random_matrices import banded as theory
from theory.random_matrices.ranks import rank_law

from .ranks import wrong_laws

SOURCE = "Dumitriu, Edelman, doi:10.1063/1.1507823 for r = 0; the form for r spikes is derived here"
STATISTICS = {
    "λ_1(u_2·v_1)²": lambda eigenvalues, overlaps: eigenvalues[:, 0] * overlaps[:, 1, 0],
    "λ_2": lambda eigenvalues, overlaps: eigenvalues[:, 1],
    "λ_2 + (u_1·v_1)²": lambda eigenvalues, overlaps: eigenvalues[:, 1] + overlaps[:, 0, 0],
}


def ranks(rng, n, shape, strengths, statistic, among, extra=0):
    """Return ranks of a statistic of dense draws among banded ones; ``extra``: degrees of freedom too many."""
    (d, size), of = shape, STATISTICS[statistic]
    k = min(2, *shape)
    one = of(*dense.leading(dense.spiked_data(rng, n, d, size, strengths), k))
    rows = banded.all_rows(d, size, strengths)
    entries = banded.entries(rng, n * among, d + extra, size, strengths, rows=rows)
    eigenvalues, overlaps, _ = banded.eigenpairs(entries, size, k)
    return ranks_among(one, of(eigenvalues, overlaps).reshape(n, among))


class BandedForm(Law):
    r"""For all $d \ge r \ge 1$ and $n$ let $X$ of the shape d × n have columns $N(0, I + \sum_i \theta_i u_iu_i^\top)$,
    and $B$ of the same shape independent entries: $B_{ii} \sim \chi_{n-i}$, $B_{i+r,i} \sim \chi_{d-r-i}$, $N(0, 1)$
    between them, 0 elsewhere (counted from 0), the first r rows times $\sqrt{1 + \theta_1}, \dots$. Eigenvalues of
    $S = XX^\top/n$ and squared components of its eigenvectors along $u_1, \dots, u_r$ have jointly the law of those of
    $BB^\top/n$ along the first r axes. Observed: the rank of a statistic of $S$ among those of $m$ draws of
    $BB^\top/n$ is uniform on $0, \dots, m$.
    """

    label = "D4.4"
    title = "Banded form for r spikes"
    source = SOURCE
    assumptions = ("Gaussian columns", "u_i orthonormal")
    resolution = 0.05
    block = 1024
    derivation = staticmethod(theory.derivation)

    def cases(self):
        return [
            {"shape": [4, 5], "strengths": [3, 1], "statistic": "λ_1(u_2·v_1)²", "among": 9},
            {"shape": [5, 3], "strengths": [0.5, 2], "statistic": "λ_2", "among": 11},
            {"shape": [4, 2], "strengths": [1, 3, -0.5], "statistic": "λ_2 + (u_1·v_1)²", "among": 7},  # n < r
        ]

    def prediction(self, among, **_):
        return rank_law(among)

    def simulation(self, rng, n, shape, strengths, statistic, among):
        return ranks(rng, n, shape, strengths, statistic, among)

    def mutants(self):
        return wrong_laws(self.prediction)


class BandedFormWithOtherDegrees(Law):
    r"""With $B_{i+r,i} \sim \chi_{d-i}$, in place of $\chi_{d-r-i}$, D4.4 holds. (It does not: so it is shown that this
    observation can fail.)
    """

    label = "D4.4.control"
    title = "Banded form with other degrees of freedom"
    source = f"{SOURCE}; a control of D4.4"
    assumptions = BandedForm.assumptions
    uses = ("D4.4",)
    refutation = "D4.4: it adds r(1 + θ_1)/n to the expectation of (S²)_11"
    resolution = 0.05
    block = 1024
    derivation = staticmethod(theory.control)

    def cases(self):
        return [{"shape": [4, 5], "strengths": [3, 1], "statistic": "λ_2", "among": 11}]

    def prediction(self, among, **_):
        return rank_law(among)

    def simulation(self, rng, n, shape, strengths, statistic, among):
        return ranks(rng, n, shape, strengths, statistic, among, extra=len(strengths))

    def mutants(self):
        return wrong_laws(self.prediction)
