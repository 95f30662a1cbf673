"""C5.noise: the variance of the stochastic gradient at the signal direction."""

from fractions import Fraction

import numpy as np

from checks.harness.kinds import Limit
from checks.harness.mutants import changed, scaled
from numerics.ascent import Tokens
from numerics.reduced_ascent import drawn_gradients
from theory.subspace_recovery import gradient_noise as noises
from theory.subspace_recovery.objective import Model, at, beta, ratio

from .source import MODEL, SOURCE


class GradientNoise(Limit):
    r"""Let $q = u$, $x = x_i \cdot u$, $\tilde w = e^{\beta x}/E e^{\beta x}$, $A = E \tilde w x = \beta + \theta
    w(1)$, $R = E\tilde w^2$ and $\sigma^2$ the variance of a coordinate, across $u$, of the gradient of
    $\lVert o\rVert^2$. For every $\beta > 0$, $\theta \ge 0$, $\pi$ and latent sign with $E e^{ts} < \infty$, as
    $N \to \infty$ with $d/N \to \delta$ ($\delta = 0$: at fixed $d \ge 2$): $N\sigma^2 \to
    4\beta^2\{E[\tilde w^2(Ax - A^2 + 1 + \delta\tilde w - \delta R)^2] + \delta R^2\}$.
    """

    label = "C5.noise"
    title = "The variance of the gradient at the signal direction, with the term in d/N"
    source = f"{SOURCE}; derived here"
    assumptions = MODEL
    uses = ("C8",)
    exponents = (1, 2)
    resolution = 0.12
    replicates = Limit.each(4096)
    block = 256
    derivation = staticmethod(noises.derivation)

    def cases(self):
        signs = {"beta": 0.625, "theta": 1.25, "share": 0.75, "latent": "rademacher"}
        many = {"beta": 0.375, "theta": 2.5, "share": 0.75, "latent": "rademacher"}
        waves = {"beta": 0.375, "theta": 1.25, "share": 0.25, "latent": "gaussian"}
        return [
            {**law, "ratio": ratio, "dimension": dimension, "sizes": [64, 256, 1024, 4096]}
            for law, ratio, dimension in ((signs, 0.0, 17), (many, 0.5, 0), (waves, 0.0, 17))
        ]

    def prediction(self, beta, theta, share, ratio, latent, **_):
        return noises.variance(Model.of(beta, theta, share, ratio, latent))

    def simulation(self, rng, n, size, beta, theta, share, ratio, latent, dimension):
        informative, d = round(share * size), dimension + round(ratio * size)
        tokens = Tokens(informative, size - informative, d, theta, beta, latent)
        found = drawn_gradients(rng, np.ones(n), tokens)
        return size * (found.across**2 + found.rest**2) / (d - 1)

    def mutants(self):
        def by(change):
            def mutant(beta, theta, share, ratio, latent, **_):
                A, R = noises.output_there(latent), noises.squares_there(latent)
                return at(noises.noise_of(latent, *change(A, R)), Model.of(beta, theta, share, ratio, latent))

            return mutant

        return {
            "no term in d/N": changed(self.prediction, ratio=lambda _: 0),
            "the output's own noise forgotten: no + 1": by(lambda A, R: (A, A**2 + ratio * R)),
            "A without θw(1)": by(lambda A, R: (beta, beta**2 - 1 + ratio * R)),
            "δR forgotten in the bracket": by(lambda A, R: (A, A**2 - 1)),
            "4β² dropped": lambda beta, **case: scaled(self.prediction, 1 / (4 * Fraction(beta) ** 2))(
                beta=beta, **case
            ),
            "4 for 4β²": lambda beta, **case: scaled(self.prediction, 1 / Fraction(beta) ** 2)(beta=beta, **case),
            "π ↔ 1 − π": changed(self.prediction, share=lambda share: 1 - share),
            "every sign Rademacher's": changed(self.prediction, latent=lambda _: "rademacher"),
            "σ² without 1/N": lambda sizes, **case: sizes[-1] * self.prediction(**case),
        }
