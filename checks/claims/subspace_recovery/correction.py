"""C2: what the objective owes to the dimension in the limit d/N → δ."""

from fractions import Fraction

import numpy as np
from sympy import exp

from checks.harness.kinds import Identity, Limit, Mean, Rate
from checks.harness.mutants import changed
from numerics.infinite_signal import infinite_prompt
from numerics.measured import Measured
from numerics.signal_draws import drawn_squares
from numerics.signal_integrals import expected_square
from numerics.signal_tokens import plane_of
from theory.subspace_recovery import objective
from theory.subspace_recovery.correction import derivation, weights_derivation

from .draws import misread, models
from .objective import READ, SIZES
from .source import MODEL, SOURCE

DERIVED = f"{SOURCE}; derived here"


def of_squares(change):
    """Return mutants' J or limit of N Σ w² for a wrong one, given as a change of the right expression."""

    def mutant(beta, theta, share, latent, alignment, ratio=None, **_):
        model = objective.Model.of(beta, theta, share, ratio or 0, latent)
        wrong = change(objective.squares_of_weights(latent), objective.LATENTS[latent])
        if ratio is not None:
            wrong = objective.output_square(latent) + objective.ratio * wrong
        return objective.at(wrong, model, alignment)

    return mutant


def without_double(right, generating):
    """Return the squares of weights with M(x)² in place of M(2x)."""
    x, p, g = objective.x, objective.share, objective.beta**2
    single = exp(g) * (1 - p + p * generating**2) / (1 - p + p * generating) ** 2
    return single.subs(x, objective.beta * objective.theta * objective.m)


WRONG_SQUARES = {
    "e^{β²/2} in place of e^{β²}": of_squares(lambda right, M: right * exp(-(objective.beta**2) / 2)),
    "e^{2β²} in place of e^{β²}": of_squares(lambda right, M: right * exp(objective.beta**2)),
    "equal weights": of_squares(lambda right, M: right**0),
    "M(x)² in place of M(2x)": of_squares(without_double),
}


class SquaresOfWeights(Identity):
    r"""For every $\beta > 0$, $\theta \ge 0$, $\pi \in [0, 1]$ and $|m| \le 1$, as $N \to \infty$:
    $N\sum_i w_i^2 \to e^{\beta^2}\,[(1 - \pi) + \pi M(2x)]/[(1 - \pi) + \pi M(x)]^2$, $x = \beta\theta m$,
    almost surely and in the mean, if $M(x) = E e^{sx}$ is finite on the whole line.
    """

    label = "C2.weights"
    title = "Sum of squared softmax weights in a long prompt"
    source = DERIVED
    assumptions = (*MODEL, "M(x) = E exp(sx) finite for all x", "N → ∞")
    uses = ("C1",)
    derivation = staticmethod(weights_derivation)

    def cases(self):
        return models(1.5)

    def prediction(self, beta, theta, share, latent, alignment, **_):
        model = objective.Model.of(beta, theta, share, latent=latent)
        return objective.at(objective.squares_of_weights(latent), model, alignment)

    def simulation(self, beta, theta, share, latent, alignment, rotation):
        q, _ = plane_of(alignment, 2, np.random.default_rng(rotation))
        return infinite_prompt(q, beta, theta, share, latent).squares_of_weights

    def mutants(self):
        return {**WRONG_SQUARES, **misread(self.prediction, *READ)}


class HighDimension(Limit):
    r"""As $N \to \infty$ with $d/N \to \delta$ and $M/N \to \pi$:
    $J_{N,d} \to J_\infty + \delta\,e^{\beta^2}\,[(1 - \pi) + \pi M(2x)]/[(1 - \pi) + \pi M(x)]^2$, $x = \beta\theta m$;
    for $M = \pi N$, $d = \delta N$ the error is a series in $1/N$. Observed for $\beta \le 1$, as its
    coefficients grow fast with $\beta$ (C2.next).
    """

    label = "C2"
    title = "High-dimensional correction d/N → δ"
    source = DERIVED
    assumptions = (*MODEL, "M(x) = E exp(sx) finite for all x")
    uses = ("C1.limit", "C2.finite", "C2.weights")
    exponents = (1, 2)
    resolution = 0.00001
    derivation = staticmethod(derivation)

    def cases(self):
        points = (
            ("rademacher", 1.0, 1.5, 0.5, 0.5, 0.75),
            ("rademacher", 0.5, 2.0, 0.25, 2.0, 1.0),
            ("constant", 1.0, 1.0, 0.75, 0.5, -0.5),
            ("gaussian", 0.75, 1.0, 0.5, 1.0, 0.5),
        )
        names = ("latent", "beta", "theta", "share", "ratio", "alignment")
        return [{**dict(zip(names, point, strict=True)), "sizes": SIZES} for point in points]

    def prediction(self, latent, beta, theta, share, ratio, alignment, **_):
        return objective.at(
            objective.objective(latent), objective.Model.of(beta, theta, share, ratio, latent), alignment
        )

    def simulation(self, size, latent, beta, theta, share, ratio, alignment):
        informative = int(share * size)
        counts = (informative, size - informative, int(ratio * size))
        return expected_square(alignment, beta, theta, *counts, latent)["square"]

    def mutants(self):
        return {
            **WRONG_SQUARES,
            **misread(self.prediction, *READ),
            "no δ-term": changed(self.prediction, ratio=lambda ratio: 0),
            "1/δ": changed(self.prediction, ratio=lambda ratio: 1 / ratio),
        }


class RateOfConvergence(Rate):
    r"""With $M = \pi N$ and $d = \delta N$, where the coefficient is not 0, $J_{N,d} - J$ falls as $1/N$, with relative
    corrections of the order $1/N$.
    """

    label = "C2.rate"
    title = "The correction's limit is reached as 1/N"
    source = DERIVED
    assumptions = (*MODEL, "M(x) = E exp(sx) finite for all x")
    uses = ("C2",)
    correction = 1
    resolution = 0.001
    derivation = staticmethod(derivation)

    def cases(self):
        points = (("rademacher", 1.0, 1.5, 0.5, 0.5, 0.75), ("constant", 0.75, 1.0, 0.25, 1.0, -0.5))
        names = ("latent", "beta", "theta", "share", "ratio", "alignment")
        return [{**dict(zip(names, point, strict=True)), "sizes": SIZES} for point in points]

    def prediction(self, **_):
        return 1

    def simulation(self, size, latent, beta, theta, share, ratio, alignment):
        informative = int(share * size)
        counts = (informative, size - informative, int(ratio * size))
        return beyond_limit(latent, beta, theta, *counts, alignment)

    def mutants(self):
        return {"1/√N": lambda **_: Fraction(1, 2), "1/N²": lambda **_: 2, "1/N^{9/10}": lambda **_: Fraction(9, 10)}


def objective_of_infinite_prompt(latent, beta, theta, share, ratio, alignment):
    """Return the square of the output on an infinite prompt and δ times the limit of N Σ w²."""
    q, _ = plane_of(alignment, 2, np.random.default_rng(0))
    found = infinite_prompt(q, beta, theta, share, latent)
    value = found.square.value + ratio * found.squares_of_weights.value
    return Measured(value, found.square.error + ratio * found.squares_of_weights.error)


def beyond_limit(latent, beta, theta, informative, nuisance, dimension, alignment):
    """Return the objective of a finite prompt less its limit, with the numerical errors of both."""
    finite = expected_square(alignment, beta, theta, informative, nuisance, dimension, latent)["square"]
    total = informative + nuisance
    limit = objective_of_infinite_prompt(latent, beta, theta, informative / total, dimension / total, alignment)
    return Measured(finite.value - limit.value, finite.error + limit.error)


class DrawnTokens(Mean):
    r"""In $d$ dimensions the mean of $\lVert o(q)\rVert^2$ over drawn tokens, less the difference of $J_{N,d}$ (by
    integrals) and its limit (on an infinite prompt), is $J_\infty + (d/N) \lim N\sum_i w_i^2$.
    """

    label = "C2.drawn"
    title = "Drawn tokens and integrals give the same objective"
    source = DERIVED
    assumptions = MODEL
    uses = ("C2",)
    resolution = 0.02
    block = 512
    derivation = staticmethod(derivation)

    def cases(self):
        points = (("rademacher", 1.0, 1.5, 20, 20, 20, 0.5), ("gaussian", 0.5, 1.0, 8, 24, 64, 0.75))
        names = ("latent", "beta", "theta", "informative", "nuisance", "dimension", "alignment")
        return [dict(zip(names, point, strict=True)) for point in points]

    def prediction(self, latent, beta, theta, informative, nuisance, dimension, alignment):
        total = informative + nuisance
        model = objective.Model.of(beta, theta, informative / total, dimension / total, latent)
        return objective.at(objective.objective(latent), model, alignment)

    def simulation(self, rng, n, latent, beta, theta, informative, nuisance, dimension, alignment):
        counts = (informative, nuisance, dimension)
        drawn = drawn_squares(rng, n, alignment, beta, theta, *counts, latent)
        return drawn - beyond_limit(latent, beta, theta, *counts, alignment).value

    def bias(self, **case):
        return Fraction(beyond_limit(**case).error)

    def mutants(self):
        right = self.prediction
        return {
            "no δ-term": lambda dimension, **case: right(dimension=0, **case),
            "N in place of d": lambda dimension, **case: right(
                dimension=case["informative"] + case["nuisance"], **case
            ),
            "one class of tokens for the other": lambda informative, nuisance, **case: right(
                informative=nuisance, nuisance=informative + 4, **case
            ),
            "θ² in place of θ, and one half": changed(right, theta=lambda theta: theta**2 / 2),
        }
