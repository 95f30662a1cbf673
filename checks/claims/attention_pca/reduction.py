"""A4.1: the risk of any score nonlinearity in a finite prompt is a problem in one dimension."""

from fractions import Fraction

import numpy as np

from checks.harness.kinds import Mean
from checks.harness.mutants import changed, shifted
from numerics.one_dimensional import reduced_risks
from numerics.risk import drawn_risks
from theory.attention_pca import gated_heads, objective, reduction, two_keys, weak_coupling
from theory.exact import enclosed

from .source import SOURCE

PROMPTS = 8  # in one replicate: a single prompt of the linear head has a risk of skewness 12

SPECTRUM, PARAMETER = [2.0, 1.0, 0.5, 0.25, 0.0], [0.5, 0.25, -0.25, 0.5, 1.0]


def parts(head, coupling, length, query):
    """Return F, G, W of a head as the theory knows them: the softmax head's at L = 2."""
    if head == "softmax":
        return two_keys.parts(coupling, query)
    return gated_heads.parts(head, coupling, length, query)


def wrong(change):
    """Return the prediction that a wrong formula in t, ρ, F, G, W makes."""

    def mutant(head, spectrum, parameter, length, query):
        trace, square, form = objective.invariants(spectrum, parameter)
        found = parts(head, form, length, query)
        return change(*map(as_ball, (trace, square / form, found.F, found.G, found.W)))

    return mutant


def as_ball(number):
    """Return a Fraction as a ball, to be used with others."""
    return enclosed(number) if isinstance(number, Fraction) else number


class Reduction(Mean):
    r"""For every covariance $\Sigma$, every $\mu$ with $b = \mu^\top\Sigma\mu > 0$, every $L \ge 1$ and
    weights $w$ that are any functions of the scores:
    $R_L(\mu) = t(1 + G - 2W) - \rho(F + G - 2W)$ with $\rho = a/b$, where
    $F = E[2gM - M^2]$, $G = E\sum_k w_k^2$ and $W$ ($E w_1$ for a self query, 0 for a fresh one), $M = \sum_k w_k z_k$,
    are functions of $\beta b$ and $L$ alone. Observed for softmax, linear and $\max(s, 0)/L$ weights in $d = 5$.
    """

    label = "A4.1"
    title = "Finite prompt, any score nonlinearity: reduction to one dimension"
    source = f"{SOURCE}; derived here"
    assumptions = ("keys N(0, Σ); query N(0, Σ), independent of the keys or the first of them", "β = 1 as observed")
    resolution = 0.02
    block = 128
    derivation = staticmethod(reduction.derivation)

    def cases(self):
        lengths = {"softmax": 2, "linear": 6, "relu": 6}
        return [
            {"head": head, "spectrum": SPECTRUM, "parameter": PARAMETER, "length": length, "query": query}
            for head, length in lengths.items()
            for query in ("fresh", "self")
        ]

    def prediction(self, head, spectrum, parameter, length, query):
        _, _, form = objective.invariants(spectrum, parameter)
        return reduction.risk(spectrum, parameter, parts(head, form, length, query))

    def simulation(self, rng, n, head, spectrum, parameter, length, query):
        queries = 8 if query == "fresh" else length
        found = drawn_risks(rng, PROMPTS * n, head, parameter, np.diag(spectrum), length, queries, query=query)
        return found.reshape(n, PROMPTS).mean(axis=1)

    def mutants(self):
        def other(query):
            return {"fresh": "self", "self": "fresh"}[query]

        return {
            "t ↔ ρ": wrong(lambda t, r, F, G, W: r * (1 + G - W - W) - t * (F + G - W - W)),
            "W forgotten": wrong(lambda t, r, F, G, W: t * (1 + G) - r * (F + G)),
            "G forgotten": wrong(lambda t, r, F, G, W: t * (1 - W - W) - r * (F - W - W)),
            "W once": wrong(lambda t, r, F, G, W: t * (1 + G - W) - r * (F + G - W)),
            "noise of the weights in all directions: no ρ(G − 2W)": wrong(
                lambda t, r, F, G, W: t * (1 + G - W - W) - r * F
            ),
            "fresh ↔ self": changed(self.prediction, query=other),
            "L + 1": shifted(
                lambda length, **case: self.prediction(length=2 if case["head"] == "softmax" else length, **case),
                length=1,
            ),
        }


class TwoSimulators(Mean):
    r"""By how much the risk of drawn prompts in $d$ dimensions differs from $t = \mathrm{tr}\,\Sigma$ has the
    expectation that drawn scores give, also where the theory has no number for it: softmax, $L > 2$.
    """

    label = "A4.1.simulators"
    title = "Prompts in d dimensions and their scores alone give the same risk"
    source = f"{SOURCE}; derived here"
    uses = ("A4.1",)
    resolution = 0.01
    block = 1024
    derivation = staticmethod(reduction.derivation)

    def cases(self):
        return [
            {"spectrum": spectrum, "parameter": parameter, "length": 16, "query": query}
            for spectrum, parameter, query in (
                (SPECTRUM, [0.25, 0.25, -0.25, 0.5, 1.0], "fresh"),
                ([1.0, *SPECTRUM[1:]], [0.625, 0.25, -0.25, 0.5, 1.0], "self"),
            )
        ]

    def prediction(self, spectrum, **_):
        return Fraction(sum(spectrum))

    def simulation(self, rng, n, spectrum, parameter, length, query):
        prompt = ("softmax", parameter, np.diag(spectrum), length)
        of_tokens = drawn_risks(rng, n, *prompt, length, query=query)
        return of_tokens - (reduced_risks(rng, n, *prompt, query) - sum(spectrum))

    def mutants(self):
        def by(change):
            def mutant(spectrum, parameter, length, query):
                trace, square, form = objective.invariants(spectrum, parameter)
                kappa = weak_coupling.kappa_of(form)
                return as_ball(trace) + change(as_ball(trace - square / form), kappa / length, query == "self")

            return mutant

        return {
            "nothing beside the line of Σμ": by(lambda rest, share, own: rest),
            "the keys' rests forgotten, fresh": by(lambda rest, share, own: rest * share * (0 if own else 1)),
            "a self query's own rest counted twice": by(lambda rest, share, own: -rest * share * (4 if own else 0)),
        }
