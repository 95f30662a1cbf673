"""D4.1: the bidiagonal form has the law of the model, by ranks of dense draws among reduced ones."""

import numpy as np

from checks.harness.kinds import Law
from numerics.ensembles.bidiagonal import squared_entries, tridiagonal
from numerics.ensembles.dense import extreme, spiked_data
from numerics.ensembles.ranks import ranks_among
from numerics.ensembles.reduced import outlier
from numerics.ensembles.top import top
from theory.random_matrices import bidiagonal
from theory.random_matrices.ranks import rank_law

from .ranks import wrong_laws

SOURCE = "G. Golub, W. Kahan, doi:10.1137/0702016; I. Dumitriu, A. Edelman, doi:10.1063/1.1507823"

STATISTICS = {
    "eigenvalue": lambda found: found.eigenvalue,
    "overlap": lambda found: found.overlap,
    "eigenvalue × overlap": lambda found: found.eigenvalue * found.overlap,
    "overlap of score × eigenvalue": lambda found: found.latent * found.eigenvalue,
    "overlap with row / overlap": lambda found: found.row / found.overlap,
}


class BidiagonalLaw(Law):
    r"""For all $d, n \ge 1$ and $\theta > -1$ let $X$, $d \times n$, have independent columns
    $N(0, I + \theta uu^\top)$, and let $B$ be lower bidiagonal with independent $B_{ii} = \chi_{n-i}$ (times
    $\sqrt{1+\theta}$ for $i = 0$) and $B_{i+1,i} = \chi_{d-1-i}$, of $\min(d, n+1)$ rows. The eigenvalues of
    $S = XX^\top/n$ and the squared components of its eigenvectors along $u$ have jointly the law of those of
    $BB^\top/n$ along $e_1$, and so have the squared overlaps of right singular vectors with the row $X^\top u$ and,
    for $\theta \ge 0$, with the latent score. (Compared by ranks: a number from $S$ among $k$ from $B$ has a uniform
    rank.)
    """

    label = "D4.1"
    title = "Exact law of eigenvalues and overlaps by the bidiagonal form"
    source = SOURCE
    assumptions = ("columns independent, N(0, I + θuuᵀ)",)
    resolution = 0.03
    block = 1024
    derivation = staticmethod(bidiagonal.derivation)

    def cases(self):
        return (
            {"statistic": "eigenvalue", "d": 5, "columns": 8, "strength": 1.5, "end": "top", "among": 9},
            {"statistic": "overlap", "d": 9, "columns": 4, "strength": 2.0, "end": "top", "among": 7},
            {"statistic": "eigenvalue × overlap", "d": 6, "columns": 6, "strength": 0.0, "end": "top", "among": 8},
            {
                "statistic": "overlap of score × eigenvalue",
                "d": 3,
                "columns": 5,
                "strength": 1.0,
                "end": "top",
                "among": 6,
            },
            {
                "statistic": "overlap with row / overlap",
                "d": 4,
                "columns": 2,
                "strength": 0.5,
                "end": "top",
                "among": 5,
            },
            {
                "statistic": "eigenvalue × overlap",
                "d": 6,
                "columns": 10,
                "strength": -0.9,
                "end": "bottom",
                "among": 10,
            },
        )

    def prediction(self, among, **_):
        return rank_law(among)

    def simulation(self, rng, n, statistic, d, columns, strength, end, among):
        of = STATISTICS[statistic]
        dense = of(extreme(spiked_data(rng, n, d, columns, strength), end))
        reduced = of(outlier(rng, n * among, d, columns, strength, end=end))
        return ranks_among(dense, reduced.reshape(n, among))

    def mutants(self):
        return wrong_laws(self.prediction)


class OneDegreeOfFreedomLess(Law):
    r"""The top eigenvalue of $BB^\top/n$ would have the law of that of $S$ also if $B_{00}$ had one degree of freedom
    less, $\sqrt{1+\theta}\,\chi_{n-1}$. (It has not: the same comparison as in D4.1 finds it.)
    """

    label = "D4.1.control"
    title = "The comparison finds a degree of freedom too few"
    source = SOURCE
    assumptions = ("columns independent, N(0, I + θuuᵀ)",)
    uses = ("D4.1",)
    refutation = "D4.1: E e_1·BBᵀe_1 would be (1 + θ)(n − 1) in place of (1 + θ)n"
    resolution = 0.03
    block = 1024
    derivation = staticmethod(bidiagonal.control)

    def cases(self):
        return ({"d": 5, "columns": 8, "strength": 1.5, "among": 9},)

    def prediction(self, among, **_):
        return rank_law(among)

    def simulation(self, rng, n, d, columns, strength, among):
        dense = extreme(spiked_data(rng, n, d, columns, strength)).eigenvalue
        diagonal, below = squared_entries(rng, n * among, d, columns, strength)
        diagonal[0] = (1 + strength) * rng.chisquare(columns - 1, n * among)
        reduced = top(*tridiagonal(diagonal / columns, below / columns)).eigenvalue
        return ranks_among(dense, np.reshape(reduced, (n, among)))

    def mutants(self):
        return wrong_laws(self.prediction)
