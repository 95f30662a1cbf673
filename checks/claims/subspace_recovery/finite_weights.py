"""C2 in long prompts: the 1/N term of the sum of squared weights."""

import numpy as np
from sympy import exp

from checks.harness.kinds import Limit
from numerics.infinite_signal import infinite_prompt
from numerics.measured import Measured
from numerics.signal_integrals import expected_square
from numerics.signal_tokens import plane_of
from theory.subspace_recovery import finite_weights, objective

from .draws import misread
from .objective import READ
from .source import MODEL, SOURCE


class NextTerm(Limit):
    r"""With $M = \pi N$, $N\,E\sum_i w_i^2 = Q\,(1 + c/N + O(N^{-2}))$, $Q$ its limit, with
    $c = 3V - 2C$, $V = e^{\beta^2}\mu_2/\mu_1^2 - [\pi M(x)^2 + 1 - \pi]/\mu_1^2$,
    $C = e^{2\beta^2}\mu_3/(\mu_1\mu_2) - [\pi M(x)M(2x) + 1 - \pi]/(\mu_1\mu_2)$,
    $\mu_k = 1 - \pi + \pi M(kx)$, $x = \beta\theta m$.
    """

    label = "C2.next"
    title = "The 1/N term of the sum of squared weights"
    source = f"{SOURCE}; derived here"
    assumptions = (*MODEL, "M(x) = E exp(sx) finite for all x", "M = πN exactly")
    uses = ("C2.weights",)
    exponents = (1, 2)
    resolution = 0.001
    derivation = staticmethod(finite_weights.derivation)

    def cases(self):
        points = (
            ("rademacher", 0.75, 1.5, 0.5, 1.0),
            ("constant", 0.75, 1.0, 0.25, -0.5),
            ("gaussian", 0.5, 1.0, 0.5, 0.75),
        )
        names = ("latent", "beta", "theta", "share", "alignment")
        return [{**dict(zip(names, point, strict=True)), "sizes": [1000, 4000, 16_000, 64_000]} for point in points]

    def prediction(self, latent, beta, theta, share, alignment, **_):
        model = objective.Model.of(beta, theta, share, latent=latent)
        return objective.at(finite_weights.coefficient(latent), model, alignment)

    def simulation(self, size, latent, beta, theta, share, alignment):
        informative = int(share * size)
        finite = expected_square(alignment, beta, theta, informative, size - informative, 2, latent)["weights"]
        q, _ = plane_of(alignment, 2, np.random.default_rng(0))
        limit = infinite_prompt(q, beta, theta, share, latent).squares_of_weights
        quotient = size * finite.value / limit.value
        return Measured(
            size * (quotient - 1), size * quotient * 2 * (finite.error / finite.value + limit.error / limit.value)
        )

    def mutants(self):
        def of(change):
            def mutant(latent, beta, theta, share, alignment, **_):
                V, C = finite_weights.variance(latent), finite_weights.covariance(latent)
                model = objective.Model.of(beta, theta, share, latent=latent)
                return objective.at(change(V, C, *means(latent)), model, alignment)

            return mutant

        heat = exp(objective.beta**2)
        return {
            "V − 2C": of(lambda V, C, *_: V - 2 * C),
            "3V − C": of(lambda V, C, *_: 3 * V - C),
            "2V − 2C": of(lambda V, C, *_: 2 * V - 2 * C),
            "C forgotten": of(lambda V, C, *_: 3 * V),
            "as if the class of each token were drawn": of(
                lambda V, C, one, two, three: 3 * (heat * two / one**2 - 1) - 2 * (heat**2 * three / (one * two) - 1)
            ),
            **misread(self.prediction, *READ),
        }


def means(latent):
    """Return 1 − π + πM(kx) for k = 1, 2, 3."""
    return [1 - objective.share + objective.share * objective.generating_at(latent, k) for k in (1, 2, 3)]
