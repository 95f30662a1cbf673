"""C6, at the start: the noise of the gradient where the query has to leave the equator."""

from fractions import Fraction

from sympy import sqrt

from checks.harness.kinds import Mean
from checks.harness.mutants import scaled
from numerics.ascent import Tokens
from numerics.reduced_ascent import drawn_gradients
from theory.subspace_recovery import escape, objective

from .source import MODEL, SOURCE


def model(informative, nuisance, dimension, strength, beta, latent):
    """Return the theory's model of a case, with δ = d/N."""
    total = informative + nuisance
    return objective.Model.of(beta, strength, Fraction(informative, total), Fraction(dimension, total), latent)


class NoiseAtTheEquator(Mean):
    r"""For a query $q \perp u$ and a symmetric latent sign with $E s^2 = 1$, as $N \to \infty$ with $d/N \to \delta$:
    the gradient $g$ of $\lVert o(q)\rVert^2$ on fresh tokens has along $u$ the variance
    $\frac{4\beta^2}{N} P\,\{E[\omega^2(\beta a - \beta^2 + P + \delta(\omega - R))^2] + \delta R^2\}\,(1 + o(1))$ with
    $P = 1 + \pi\theta^2$, $R = e^{\beta^2}$, $\omega = e^{\beta a - \beta^2/2}$, $a \sim N(0, 1)$. (Observed at
    small $\beta$, where the next order in $1/N$ is small.)
    """

    label = "C6.noise"
    title = "Noise of the gradient at the equator"
    source = f"{SOURCE}; derived here"
    assumptions = MODEL
    uses = ("C8",)
    resolution = 0.1
    block = 256
    derivation = staticmethod(escape.derivation)

    def cases(self):
        points = ((128, 384, 512, 2.0, 0.375, "rademacher"), (768, 256, 16, 3.0, 0.625, "gaussian"))
        names = ("informative", "nuisance", "dimension", "strength", "beta", "latent")
        return [dict(zip(names, point, strict=True)) for point in points]

    def prediction(self, **case):
        return escape.variance(model(**case))

    def simulation(self, rng, n, informative, nuisance, dimension, strength, beta, latent):
        tokens = Tokens(informative, nuisance, dimension, strength, beta, latent)
        return tokens.count * drawn_gradients(rng, [0.0] * n, tokens).across ** 2

    def mutants(self):
        def of(formula):
            return lambda **case: escape.variance(model(**case), formula=formula)

        spread, noise = escape.SPREAD, escape.NOISE
        return {
            "half": scaled(self.prediction, Fraction(1, 2)),
            "β² in place of 4β²": scaled(self.prediction, Fraction(1, 4)),
            "4β² dropped": of(noise / escape.FACTOR**2),
            "4 in place of 4β²": of(noise / objective.beta**2),
            "without the signal's share of the variance": of(noise / spread),
            "π ↔ 1 − π": of(noise.subs(escape.share, 1 - escape.share)),
            "θ in place of θ²": of(noise.subs(escape.theta, sqrt(escape.theta))),
            "no d/N term": of(noise.subs(escape.ratio, 0)),
            "output without fluctuation along u": of(escape.noise(along=0)),
        }
