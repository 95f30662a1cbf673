"""C1: the population objective, on an infinite prompt and as the limit of finite ones."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st
from sympy import exp, sinh, tanh

from checks.harness.kinds import Identity, Limit
from checks.harness.mutants import changed
from numerics.infinite_signal import infinite_prompt
from numerics.measured import Measured
from numerics.signal_integrals import expected_square
from numerics.signal_tokens import plane_of
from theory.exact import root
from theory.subspace_recovery import objective

from .draws import misread, models
from .source import MODEL, SOURCE

READ = ("theta", "share", "latent", "alignment")
"""Parameters that the infinite prompt knows beside β."""

SIZES = [1000, 10_000, 100_000, 1_000_000]


class Output(Identity):
    r"""For every $\beta > 0$, $\theta \ge 0$, $\pi \in [0, 1]$ and unit query $q$, $m = q \cdot u$, as $N \to \infty$
    at fixed $d$: $o(q) \to \beta q + \theta w u$ with $w = \pi M'(x)/(1 - \pi + \pi M(x))$, $x = \beta\theta m$,
    $M(x) = E e^{sx}$ finite on the whole line, and
    $J_\infty = \lVert \lim o\rVert^2 = \beta^2 + 2\beta\theta m w + \theta^2 w^2$. Observed for $s = \pm1$ with equal
    chance, $s = 1$ and $s \sim N(0, 1)$.
    """

    label = "C1"
    title = "Population objective by exponential tilting"
    source = f"{SOURCE}; derived here"
    assumptions = (*MODEL, "M(x) = E exp(sx) finite for all x", "N → ∞, d fixed")
    derivation = staticmethod(objective.derivation)

    def cases(self):
        return st.tuples(models(2.0), st.sampled_from([2, 3])).map(lambda drawn: {**drawn[0], "dimension": drawn[1]})

    def prediction(self, beta, theta, share, latent, alignment, **_):
        model, m = objective.Model.of(beta, theta, share, latent=latent), Fraction(alignment)
        along, across = (objective.at(part, model, m) for part in objective.output(latent))
        return {
            "along u": along,
            "across u": across * root(1 - m**2),
            "elsewhere": 0,
            "J": objective.at(objective.output_square(latent), model, m),
        }

    def simulation(self, beta, theta, share, latent, alignment, rotation, dimension):
        q, v = plane_of(alignment, dimension, np.random.default_rng(rotation))
        found = infinite_prompt(q, beta, theta, share, latent)
        signal, length = np.eye(dimension)[0], np.sqrt(1 - alignment**2)
        across = length * q - alignment * v
        o, error = found.output.value, found.output.error * dimension
        parts = {"along u": o @ signal, "across u": o @ across}
        rest = o - parts["along u"] * signal - parts["across u"] * across
        parts["elsewhere"] = np.linalg.norm(rest)
        return {name: Measured(float(part), error) for name, part in parts.items()} | {"J": found.square}

    def scale(self, beta, **_):
        return {"along u": beta, "across u": beta, "elsewhere": beta, "J": beta**2}

    def mutants(self):
        def weighing(change):
            def mutant(beta, theta, share, latent, alignment, **_):
                model = objective.Model.of(beta, theta, share, latent=latent)
                w, b, t, m = objective.mean_weight(latent), objective.beta, objective.theta, objective.m
                return {"J": objective.at(change(w, b, t, m), model, alignment)}

            return mutant

        return {
            **misread(self.prediction, *READ),
            "β forgotten in x": lambda beta, **case: self.prediction(beta=1, **case),
            "2βθmw dropped": weighing(lambda w, b, t, m: b**2 + t**2 * w**2),
            "βθmw once": weighing(lambda w, b, t, m: b**2 + b * t * m * w + t**2 * w**2),
            "θ²w in place of θ²w²": weighing(lambda w, b, t, m: b**2 + 2 * b * t * m * w + t**2 * w),
            "w at x = βθ": weighing(
                lambda w, b, t, m: b**2 + 2 * b * t * m * w.subs(m, 1) + t**2 * w.subs(m, 1) ** 2,
            ),
            "tanh for sinh": weighing(
                lambda w, b, t, m: b**2 + 2 * b * t * m * flat(w) + t**2 * flat(w) ** 2,
            ),
        }


def flat(weight):
    """Return a weight with tanh for sinh."""
    return weight.replace(sinh, tanh).rewrite(exp)


class LargePrompts(Limit):
    r"""For every fixed $d$, $J_{N,d}(q) = E\lVert o(q)\rVert^2 \to J_\infty(m)$ as $N \to \infty$, with an error
    that is a series in $1/N$ if $M = \pi N$. Observed in $d = 3$ for $\beta \le 1$: the coefficients grow with
    $e^{\beta^2}$.
    """

    label = "C1.limit"
    title = "The objective of finite prompts tends to the population objective"
    source = f"{SOURCE}; derived here"
    assumptions = (*MODEL, "M(x) = E exp(sx) finite for all x")
    uses = ("C1",)
    exponents = (1, 2)
    resolution = 0.00001
    derivation = staticmethod(objective.limit_derivation)

    def cases(self):
        points = (
            ("rademacher", 1.0, 1.5, 0.5, 0.75),
            ("rademacher", 0.5, 2.0, 0.25, 1.0),
            ("constant", 1.0, 1.0, 0.75, -0.5),
            ("gaussian", 0.75, 1.0, 0.5, 0.5),
        )
        names = ("latent", "beta", "theta", "share", "alignment")
        return [{**dict(zip(names, point, strict=True)), "sizes": SIZES} for point in points]

    def prediction(self, latent, beta, theta, share, alignment, sizes):
        model = objective.Model.of(beta, theta, share, latent=latent)
        return objective.at(objective.output_square(latent), model, alignment)

    def simulation(self, size, latent, beta, theta, share, alignment):
        informative = int(share * size)
        return expected_square(alignment, beta, theta, informative, size - informative, 3, latent)["square"]

    def mutants(self):
        return {
            **misread(self.prediction, *READ),
            "J = β²: no signal": changed(self.prediction, theta=lambda theta: 0),
            "a query along u": changed(self.prediction, alignment=lambda m: 1),
        }
