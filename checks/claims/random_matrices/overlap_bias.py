"""D2.5: the bias of the overlap of one spike."""

from fractions import Fraction

from checks.harness.kinds import Limit
from checks.harness.mutants import scaled
from numerics.ensembles.control import controlled_overlaps
from theory.random_matrices import fluctuations, overlap_bias

from .fluctuations import in_fractions
from .spiked import MODEL


def formula(t, c):
    """Return the limit, at any θ = t and γ = c."""
    return (1 + t) * (2 * t * (1 - c) / (c + t) ** 3 - (t**2 + c) / (t**2 - c) ** 2)


def through_location(t, c):
    """Return what the bias of the location makes of the limit of the overlap, as a function of the location."""
    slope = c * (t**2 + 2 * t + c) / ((c + t) ** 2 * (t**2 - c))
    return slope * fluctuations.location_bias(t, c)


class OverlapBias(Limit):
    r"""For every $\gamma > 0$ and $\theta > \sqrt\gamma$ the squared overlap of the spike with the top eigenvector has
    $n\big(E(u\cdot\hat v)^2 - \frac{1 - \gamma/\theta^2}{1 + \gamma/\theta}\big) \to
    (1 + \theta)\big(\frac{2\theta(1 - \gamma)}{(\gamma + \theta)^3}
    - \frac{\theta^2 + \gamma}{(\theta^2 - \gamma)^2}\big)$.
    """

    label = "D2.5"
    title = "BBP: the 1/n bias of the overlap"
    source = "derived here; Bai, Yao, arXiv:0806.2503 for the fluctuations"
    assumptions = MODEL
    uses = ("D2.2", "D2.4", "D2.4.bias", "D4.1", "D4.2")
    exponents = (1, 2)
    resolution = 0.005
    replicates = Limit.each(4096)
    block = 2048
    derivation = staticmethod(overlap_bias.derivation)

    def cases(self):
        # At γ = 1 the first fraction would not be seen; d > n in the last two.
        pairs = ((1.5, 0.25), (4.0, 4.0), (6.0, 4.0))
        sizes = [10_000, 100_000, 1_000_000, 10_000_000]
        return [{"strength": strength, "aspect": aspect, "sizes": sizes} for strength, aspect in pairs]

    def prediction(self, strength, aspect, sizes):
        return overlap_bias.overlap_bias(strength, aspect)

    def simulation(self, rng, n, size, strength, aspect):
        # E of the overlap at n and at 10 n differ by 9/10 of the bias: no limit has to be known.
        here, there = (controlled_overlaps(rng, n, round(aspect * k), k, strength) for k in (size, 10 * size))
        return size * (here - there) * 10 / 9

    def mutants(self):
        return {
            "no bias": lambda **_: Fraction(0),
            "without the 1/n correction of Marchenko and Pastur": in_fractions(
                lambda t, c: -(1 + t) * (2 * c * t + c - t) / (c + t) ** 3
            ),
            "of complex data": in_fractions(lambda t, c: t * (1 - c) * (1 + t) / (c + t) ** 3),
            "half of the variance": in_fractions(lambda t, c: formula(t, c) + c * (1 + t) ** 2 / (c + t) ** 3),
            "d in place of d − 1": in_fractions(lambda t, c: formula(t, c) - (1 + t) / (c + t) ** 2),
            "the limit's slope times the bias of the location": in_fractions(through_location),
            "only of the order d⁰, as for fixed d": in_fractions(lambda t, c: (1 + t) / t**2),
            "γ ↔ 1/γ": in_fractions(lambda t, c: formula(t, 1 / c)),
            "the other sign": scaled(self.prediction, -1),
            "θ² − γ in place of its square": in_fractions(
                lambda t, c: (1 + t) * (2 * t * (1 - c) / (c + t) ** 3 - (t**2 + c) / (t**2 - c))
            ),
        }
