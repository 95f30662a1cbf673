"""D2.3 and D2.4: how an outlier and its overlap vary, and the bias of its location."""

from fractions import Fraction

from checks.harness.kinds import Limit
from checks.harness.mutants import scaled
from numerics.ensembles.control import controlled_locations
from numerics.ensembles.reduced import outlier
from theory.random_matrices import fluctuations, spiked

from .spiked import MODEL, SIZES

CENTRAL = "Bai, Yao, arXiv:0806.2503"
GROUP = 16  # draws that make one unbiased estimate of a variance


def grouped(rng, n, size, strength, aspect):
    """Return locations and overlaps of n groups of draws, each of the shape (n, GROUP)."""
    end = "top" if strength > 0 else "bottom"
    drawn = outlier(rng, n * GROUP, round(aspect * size), size, strength, end=end)
    return drawn.eigenvalue.reshape(n, GROUP), drawn.overlap.reshape(n, GROUP)


def in_fractions(wrong):
    """Return the prediction that a wrong formula in θ and γ makes."""
    return lambda strength, aspect, sizes: wrong(Fraction(strength), Fraction(aspect))


class Variance(Limit):
    r"""For every $\gamma > 0$ and $\theta > \sqrt\gamma$, or $-1 < \theta < -\sqrt\gamma$, the outlier $\lambda$ of $S$
    has $n\,\mathrm{Var}\,\lambda \to 2(1 + \theta)^2(1 - \gamma/\theta^2)$.
    """

    label = "D2.3"
    title = "BBP: variance of the location"
    source = CENTRAL
    assumptions = MODEL
    uses = ("D2.1", "D4.1", "D4.2")
    exponents = (1, 2)
    resolution = 0.08
    replicates = Limit.each(3072)
    block = 512
    derivation = staticmethod(fluctuations.variance_derivation)

    def cases(self):
        # With γ = 1 a factor γ would not be seen, and with θ² − γ small against γ a wrong bracket.
        pairs = ((2.0, 0.4), (4.0, 4.0), (-0.75, 0.25))
        return [{"strength": strength, "aspect": aspect, "sizes": SIZES} for strength, aspect in pairs]

    def prediction(self, strength, aspect, sizes):
        return fluctuations.variance(strength, aspect)

    def simulation(self, rng, n, size, strength, aspect):
        return size * grouped(rng, n, size, strength, aspect)[0].var(axis=1, ddof=1)

    def mutants(self):
        right = self.prediction
        return {
            "times γ, as in RandomMatrixDistributions.jl": lambda strength, aspect, sizes: (
                right(strength, aspect, sizes) * Fraction(aspect)
            ),
            "2ρ²/(n − 1), as in RMT4DS": in_fractions(lambda t, c: 2 * ((1 + t) * (1 + c / t)) ** 2),
            "2(1 + θ)², of the population's eigenvalue": in_fractions(lambda t, c: 2 * (1 + t) ** 2),
            "of complex data": scaled(right, Fraction(1, 2)),
            "1 − γ/θ in place of 1 − γ/θ²": in_fractions(lambda t, c: 2 * (1 + t) ** 2 * abs(1 - c / t)),
            "γ ↔ 1/γ": in_fractions(lambda t, c: 2 * (1 + t) ** 2 * abs(1 - 1 / (c * t**2))),
        }


class OverlapVariance(Limit):
    r"""For every $\gamma > 0$ and $\theta > \sqrt\gamma$, or $-1 < \theta < -\sqrt\gamma$, the squared overlap of the
    spike with the eigenvector of the outlier has $n\,\mathrm{Var}\,(u\cdot\hat v)^2 \to
    2\gamma(1+\theta)^2(\gamma^2 + \gamma\theta^2 + 4\gamma\theta + \gamma + \theta^2)/
    ((\gamma + \theta)^4(\theta^2 - \gamma))$.
    """

    label = "D2.4"
    title = "BBP: variance of the overlap"
    source = f"derived here; {CENTRAL} for the location"
    assumptions = MODEL
    uses = ("D2.1", "D2.2", "D4.1", "D4.2")
    exponents = (1, 2)
    resolution = 0.08
    replicates = Limit.each(3072)
    block = 512
    derivation = staticmethod(fluctuations.joint_derivation)

    def cases(self):
        pairs = ((2.0, 0.4), (4.0, 4.0), (-0.75, 0.125))
        return [{"strength": strength, "aspect": aspect, "sizes": SIZES} for strength, aspect in pairs]

    def prediction(self, strength, aspect, sizes):
        return fluctuations.overlap_variance(strength, aspect)

    def simulation(self, rng, n, size, strength, aspect):
        return size * grouped(rng, n, size, strength, aspect)[1].var(axis=1, ddof=1)

    def mutants(self):
        def with_bracket(bracket, power=4, misread=lambda c: c):
            def wrong(t, c):
                return 2 * c * (1 + t) ** 2 * bracket(t, c) / ((c + t) ** power * (t**2 - c))

            return in_fractions(lambda t, c: wrong(t, misread(c)))

        def with_location_only(t, c):  # as if G' were known: the overlap as a function of λ alone
            slope = (c * (1 + t) * (t * (t + 2) + c)) / ((c + t) ** 2 * (t**2 - c)) / (1 + t)
            return slope**2 * 2 * (1 + t) ** 2 * (1 - c / t**2)

        return {
            "without 4γθ": with_bracket(lambda t, c: c**2 + c * t**2 + c + t**2),
            "without γ": with_bracket(lambda t, c: c**2 + c * t**2 + 4 * c * t + t**2),
            "(γ + θ)³ below": with_bracket(lambda t, c: c**2 + c * t**2 + 4 * c * t + c + t**2, 3),
            "of complex data": scaled(self.prediction, Fraction(1, 2)),
            "γ ↔ 1/γ": with_bracket(lambda t, c: c**2 + c * t**2 + 4 * c * t + c + t**2, misread=lambda c: 1 / c),
            "the limit's slope times the variance of λ": in_fractions(with_location_only),
        }


class Covariance(Limit):
    r"""For every $\gamma > 0$ and $\theta > \sqrt\gamma$:
    $n\,\mathrm{Cov}(\lambda, (u\cdot\hat v)^2) \to 2\gamma(1 + \theta)^3/(\theta(\gamma + \theta)^2)$.
    """

    label = "D2.4.covariance"
    title = "BBP: covariance of location and overlap"
    source = f"derived here; {CENTRAL} for the location"
    assumptions = MODEL
    uses = ("D2.1", "D2.2", "D4.1", "D4.2")
    exponents = (1, 2)
    resolution = 0.08
    replicates = Limit.each(3072)
    block = 512
    derivation = staticmethod(fluctuations.joint_derivation)

    def cases(self):
        pairs = ((2.0, 0.4), (4.0, 4.0))
        return [{"strength": strength, "aspect": aspect, "sizes": SIZES} for strength, aspect in pairs]

    def prediction(self, strength, aspect, sizes):
        return fluctuations.covariance(strength, aspect)

    def simulation(self, rng, n, size, strength, aspect):
        locations, overlaps = grouped(rng, n, size, strength, aspect)
        centred = locations - locations.mean(axis=1, keepdims=True)
        return size * (centred * overlaps).sum(axis=1) / (GROUP - 1)

    def mutants(self):
        return {
            "independent": lambda **_: Fraction(0),
            "(1 + θ)² above": in_fractions(lambda t, c: 2 * c * (1 + t) ** 2 / (t * (c + t) ** 2)),
            "γ + θ below": in_fractions(lambda t, c: 2 * c * (1 + t) ** 3 / (t * (c + t))),
            "of complex data": scaled(self.prediction, Fraction(1, 2)),
            "the other sign": scaled(self.prediction, -1),
        }


class LocationBias(Limit):
    r"""For every $\gamma > 0$ and $\theta > \sqrt\gamma$ the outlier has
    $n(E\lambda - \rho) \to -(1 + \theta)/\theta + \gamma(1 + \theta)^2/(\theta(\theta^2 - \gamma))$.
    """

    label = "D2.4.bias"
    title = "BBP: the 1/n bias of the location"
    source = f"derived here; {CENTRAL} for the fluctuations"
    assumptions = MODEL
    uses = ("D1.1", "D2.1", "D4.1", "D4.2")
    exponents = (1, 2)
    resolution = 0.06
    replicates = Limit.each(32_768)
    block = 2048
    derivation = staticmethod(fluctuations.bias_derivation)

    def cases(self):
        pairs = ((1.5, 0.25), (2.0, 0.4), (6.0, 4.0))
        return [
            {"strength": strength, "aspect": aspect, "sizes": [200, 2000, 20_000, 200_000]}
            for strength, aspect in pairs
        ]

    def prediction(self, strength, aspect, sizes):
        return fluctuations.location_bias(strength, aspect)

    def simulation(self, rng, n, size, strength, aspect):
        # E λ at n and at 10 n differ by 9/10 of the bias: no limit has to be known.
        here, there = (controlled_locations(rng, n, round(aspect * k), k, strength) for k in (size, 10 * size))
        return size * (here - there) * 10 / 9

    def scale(self, strength, **_):
        return 1 + strength

    def mutants(self):
        return {
            "no bias": lambda **_: Fraction(0),
            "d − 1 ↔ d: the first term forgotten": in_fractions(lambda t, c: c * (1 + t) ** 2 / (t * (t**2 - c))),
            "the second term forgotten: complex data": in_fractions(lambda t, c: -(1 + t) / t),
            "second term halved": in_fractions(lambda t, c: -(1 + t) / t + c * (1 + t) ** 2 / (t * (t**2 - c)) / 2),
            "the other sign": scaled(self.prediction, -1),
            "of the inverse map": in_fractions(lambda t, c: spiked.outlying(t, c, spiked.SLOPE) / (1 + t) - 1 - t),
        }
