"""C5.noise: the variance of the stochastic gradient at the signal direction."""

import numpy as np

from checks.harness.kinds import Limit
from checks.harness.mutants import changed
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
        sizes = [64, 256, 1024, 4096]
        return [
            {"beta": 0.5, "theta": 2.0, "share": 0.5, "ratio": 0.0, "dimension": 17, "sizes": sizes},
            {"beta": 0.5, "theta": 2.0, "share": 0.5, "ratio": 0.5, "dimension": 0, "sizes": sizes},
        ]

    def prediction(self, beta, theta, share, ratio, **_):
        return noises.variance(Model.of(beta, theta, share, ratio))

    def simulation(self, rng, n, size, beta, theta, share, ratio, dimension):
        informative, d = round(share * size), dimension + round(ratio * size)
        found = drawn_gradients(rng, np.ones(n), Tokens(informative, size - informative, d, theta, beta))
        return size * (found.across**2 + found.rest**2) / (d - 1)

    def mutants(self):
        def by(output, offset):
            return lambda beta, theta, share, ratio, **_: at(
                noises.noise_of("rademacher", output, offset), Model.of(beta, theta, share, ratio)
            )

        A, R = noises.output_there("rademacher"), noises.squares_there("rademacher")
        return {
            "no term in d/N": changed(self.prediction, ratio=lambda _: 0),
            "the output's own noise forgotten: no + 1": by(A, A**2 + ratio * R),
            "A without θw(1)": by(beta, beta**2 - 1 + ratio * R),
            "δR forgotten in the bracket": by(A, A**2 - 1),
            "σ² without 1/N": lambda sizes, **case: sizes[-1] * self.prediction(**case),
        }
