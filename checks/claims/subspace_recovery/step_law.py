"""C8: the step drawn from N scores has the law of the step in d dimensions, by ranks of one among others."""

import numpy as np

from checks.claims.random_matrices.ranks import wrong_laws
from checks.harness.kinds import Law
from numerics import ascent, reduced_ascent
from numerics.ascent import Tokens
from numerics.ensembles.ranks import ranks_among
from theory.random_matrices.ranks import rank_law
from theory.subspace_recovery import step_law

from .source import MODEL, SOURCE


def start(n, d, alignment):
    """Return n queries of that alignment with u = e_1, (n, d): not along another axis."""
    query = np.full(d, np.sqrt((1 - alignment**2) / (d - 1)))
    query[0] = alignment
    return np.tile(query, (n, 1))


def parts(of, query, across, rest):
    """Return a statistic of the gradient's parts."""
    return {
        "rest": rest,
        "across × rest": across * rest,
        "query + across": query + across,
        "query × rest": query * rest,
    }[of]


class StepLaw(Law):
    r"""For all $d \ge 3$, $M + K = N \ge 2$, $\theta \ge 0$, $\beta > 0$, latent signs and $|m| \le 1$: given
    $q \cdot u = m$, the gradient $g$ of $\lVert o\rVert^2$ has the same law of ($g \cdot q$, $g \cdot p$, norm of the
    rest), $p = (u - mq)/\sqrt{1 - m^2}$ ($p$ any unit vector across $q$ at $|m| = 1$), whatever $q$ is; and it is drawn
    in $O(N)$: $w$ = softmax of the scores; $Z = \lVert w\rVert(\xi, \chi_{d-2})$, $\xi \sim N(0, 1)$, along $p$ and
    across; $\eta \sim N(0, I - ww^\top/\lVert w\rVert^2)$ along the output across $q$, whence the coefficients $c$ of
    the tokens; and what $\sum c_i x_i$ has across $q$ and the output, $\lVert c - (c \cdot w)w/\lVert
    w\rVert^2\rVert$ times $\xi'$ in the plane of $p$ and $Z$ and $\chi_{d-3}$ beside it ($\chi_0 = 0$). So $m_t$ is a
    Markov chain. (Compared by ranks: a number from $d$ dimensions among $k$ of the chain has a uniform rank.)
    """

    label = "C8"
    title = "Exact-in-law ascent step in O(N)"
    source = f"{SOURCE}; derived here"
    assumptions = MODEL
    resolution = 0.03
    block = 1024
    derivation = staticmethod(step_law.derivation)

    def cases(self):
        return (
            {"of": "rest", "counts": [2, 3], "d": 3, "theta": 1.5, "beta": 0.8, "latent": "rademacher", "m": 0.25},
            {
                "of": "across × rest",
                "counts": [4, 1],
                "d": 5,
                "theta": 1.0,
                "beta": 1.2,
                "latent": "gaussian",
                "m": -0.5,
            },
            {
                "of": "query + across",
                "counts": [24, 8],
                "d": 6,
                "theta": 1.5,
                "beta": 0.625,
                "latent": "rademacher",
                "m": 0.75,
            },
            {
                "of": "query × rest",
                "counts": [6, 10],
                "d": 7,
                "theta": 1.0,
                "beta": 0.75,
                "latent": "gaussian",
                "m": -0.5,
            },
            {
                "of": "three steps",
                "counts": [3, 4],
                "d": 4,
                "theta": 1.0,
                "beta": 1.0,
                "latent": "constant",
                "m": 0.125,
            },
        )

    def prediction(self, **_):
        return rank_law(6)

    def simulation(self, rng, n, of, counts, d, theta, beta, latent, m):
        tokens, others = Tokens(counts[0], counts[1], d, theta, beta, latent), np.full(6 * n, m)
        queries = start(n, d, m)
        if of == "three steps":
            sizes = ascent.step_sizes(0.5, 0.5, 3)
            dense = ascent.ascend(rng, queries, tokens, sizes)[:, 0]
            reduced = reduced_ascent.ascend(rng, others, tokens, sizes)
        else:
            dense = parts(of, *ascent.gradient_parts(queries, ascent.gradients(rng, queries, tokens)))
            found = reduced_ascent.drawn_gradients(rng, others, tokens)
            reduced = parts(of, found.query, found.across, found.rest)
        return ranks_among(dense, reduced.reshape(n, 6))

    def mutants(self):
        return wrong_laws(self.prediction)


class OneDegreeOfFreedomLess(Law):
    r"""For all $d \ge 3$, $N \ge 2$, $\theta$, $\beta$ and $m$ the norm of the gradient's rest would have its law also
    if the output's noise across $q$ and $p$ had $\chi_{d-3}$ in place of $\chi_{d-2}$. (It has not: without signal and
    for $\beta \to 0$ the mean square is less, and the same comparison as in C8 finds it elsewhere.)
    """

    label = "C8.control"
    title = "The comparison finds a degree of freedom too few in the step"
    source = f"{SOURCE}; derived here"
    assumptions = MODEL
    uses = ("C8",)
    refutation = (
        "C8: without signal, β → 0, the mean square would be less by the factor 1 − (N + d − 2)/((d − 2)(N + d))"
    )
    resolution = 0.03
    block = 1024
    derivation = staticmethod(step_law.control)

    def cases(self):
        return ({"counts": [2, 3], "d": 4, "theta": 1.5, "beta": 0.8, "m": 0.25},)

    def prediction(self, **_):
        return rank_law(6)

    def simulation(self, rng, n, counts, d, theta, beta, m):
        tokens, queries = Tokens(counts[0], counts[1], d, theta, beta), start(n, d, m)
        dense = ascent.gradient_parts(queries, ascent.gradients(rng, queries, tokens))[2]
        reduced = reduced_ascent.drawn_gradients(rng, np.full(6 * n, m), tokens, degrees=(d - 3, d - 3)).rest
        return ranks_among(dense, reduced.reshape(n, 6))

    def mutants(self):
        return wrong_laws(self.prediction)
