"""D4.4: the banded form of the spiked model has the law of the dense one."""

from flint import arb

from checks.harness.kinds import Law
from numerics.ensembles.ranks import dense_among_banded
from theory.random_matrices import banded

SOURCE = "Dumitriu, Edelman, doi:10.1063/1.1507823 for r = 0; the form for r spikes is derived here"
STATISTICS = {
    "λ_1(u_2·v_1)²": lambda eigenvalues, overlaps: eigenvalues[:, 0] * overlaps[:, 1, 0],
    "λ_2": lambda eigenvalues, overlaps: eigenvalues[:, 1],
    "λ_2 + (u_1·v_1)²": lambda eigenvalues, overlaps: eigenvalues[:, 1] + overlaps[:, 0, 0],
}


def one_more(others, **_):
    """Predict the ranks among one more, at the same points."""
    return dict(list(banded.rank_distribution(others + 1).items())[:-2])


def wrong(law):
    """Return a prediction whose distribution function is another one at the same points."""
    return lambda others, **_: {
        x: law(arb(p.numerator) / p.denominator) for x, p in banded.rank_distribution(others).items()
    }


WRONG_LAWS = {
    "the dense one is larger: p²": wrong(lambda p: p**2),
    "the dense one is smaller: √p": wrong(lambda p: p.sqrt()),
    "the dense one varies more: p + p(1 − p)(1 − 2p)": wrong(lambda p: p + p * (1 - p) * (1 - 2 * p)),
    "the dense one varies less: p − p(1 − p)(1 − 2p)": wrong(lambda p: p - p * (1 - p) * (1 - 2 * p)),
    "one more among the others": one_more,
}


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
    derivation = staticmethod(banded.derivation)

    def cases(self):
        return [
            {"shape": [4, 5], "strengths": [3, 1], "statistic": "λ_1(u_2·v_1)²", "others": 9},
            {"shape": [5, 3], "strengths": [0.5, 2], "statistic": "λ_2", "others": 11},
            {"shape": [4, 2], "strengths": [1, 3, -0.5], "statistic": "λ_2 + (u_1·v_1)²", "others": 7},  # n < r
        ]

    def prediction(self, others, **_):
        return banded.rank_distribution(others)

    def simulation(self, rng, n, shape, strengths, statistic, others):
        d, size = shape
        return dense_among_banded(rng, n, d, size, strengths, STATISTICS[statistic], others=others)

    def mutants(self):
        return WRONG_LAWS


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
    derivation = staticmethod(banded.control)

    def cases(self):
        return [{"shape": [4, 5], "strengths": [3, 1], "statistic": "λ_2", "others": 11}]

    def prediction(self, others, **_):
        return banded.rank_distribution(others)

    def simulation(self, rng, n, shape, strengths, statistic, others):
        (d, size), r = shape, len(strengths)
        return dense_among_banded(rng, n, d, size, strengths, STATISTICS[statistic], others=others, extra=r)

    def mutants(self):
        return WRONG_LAWS
