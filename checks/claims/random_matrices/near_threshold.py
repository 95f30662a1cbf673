"""D2.7: checks of the spike that mislead, and the one that does not."""

from fractions import Fraction

import numpy as np

from checks.harness.ball import upper
from checks.harness.kinds import Limit, Mean
from numerics.ensembles.reduced import outlier
from theory.random_matrices import near_threshold, overlaps

from .overlaps import VECTORS
from .spiked import MODEL

NEAR = {"strength": 0.7, "aspect": 0.25}  # √γ = 0.5: n_c is about 75
SMALL_SIZES = (48, 96, 192, 384, 768)


def overlap_at(rng, n, size, strength, aspect):
    """Return n squared overlaps at one size."""
    return outlier(rng, n, round(aspect * size), size, strength).overlap


def fitted(rng, n, strength, aspect, row):
    """Return n times the same linear function of overlaps at the small sizes, one draw for each."""
    return np.asarray(row) @ [overlap_at(rng, n, size, strength, aspect) for size in SMALL_SIZES]


def design():
    """Return 1, 1/n, 1/n² at the small sizes, shape (5, 3)."""
    return np.array([[1.0, 1 / size, 1 / size**2] for size in SMALL_SIZES])


class ComparedAtOneSmallSize(Mean):
    r"""At $n = 48$ the expected squared overlap is its limit $(1 - \gamma/\theta^2)/(1 + \gamma/\theta)$ already, to 2
    % or better.
    """

    label = "D2.7.small"
    title = "The limit compared with samples of 48: refuted, though the limit is right"
    source = VECTORS
    assumptions = MODEL
    uses = ("D2.2", "D4.1", "D4.2")
    refutation = "finite size: at n = 48 the expectation differs from the limit by more than 5 %"
    resolution = 0.05
    block = 4096

    def cases(self):
        return [NEAR, {"strength": 1.3, "aspect": 1.0}]

    def prediction(self, strength, aspect):
        return overlaps.overlap(strength, aspect)

    def simulation(self, rng, n, strength, aspect):
        return overlap_at(rng, n, SMALL_SIZES[0], strength, aspect)

    def mutants(self):
        return {
            "no overlap": lambda **_: Fraction(0),
            "full overlap": lambda **_: Fraction(1),
        }


class FittedToSmallSizes(Mean):
    r"""Near the threshold, at $\theta = 0.7$ and $\gamma = 1/4$, the least-squares fit of
    $c_0 + c_1/n + c_2/n^2$ to the expected squared overlaps at $n = 48, 96, \dots, 768$ has for $c_0$ the limit, to 2
    %.
    """

    label = "D2.7.fit"
    title = "The limit by a fit in 1/n to small samples: refuted, though the limit is right"
    source = VECTORS
    assumptions = MODEL
    uses = ("D2.2", "D4.1", "D4.2")
    refutation = "n is not large against n_c, about 75: the expansion in 1/n is not in force"
    resolution = 0.05
    block = 4096

    def cases(self):
        return [NEAR]

    def prediction(self, strength, aspect):
        return overlaps.overlap(strength, aspect)

    def simulation(self, rng, n, strength, aspect):
        return fitted(rng, n, strength, aspect, np.linalg.pinv(design())[0])

    def mutants(self):
        return {
            "without the second factor": lambda strength, aspect: 1 - Fraction(aspect) / Fraction(strength) ** 2,
            "no overlap": lambda **_: Fraction(0),
        }


class ResidualsOfTheFit(Mean):
    r"""The residuals of that fit do not show it: both of their two components, in an orthonormal basis of what
    $1, 1/n, 1/n^2$ leave over, are less than 0.003; the error of $c_0$ is 0.026.
    """

    label = "D2.7.residuals"
    title = "The fit that misleads has small residuals"
    source = VECTORS
    assumptions = MODEL
    uses = ("D4.1", "D4.2")
    resolution = 0.008
    block = 4096

    def cases(self):
        return [{**NEAR, "component": component} for component in (0, 1)]

    def prediction(self, strength, aspect, component):
        return Fraction(0)

    def bias(self, **_):
        return Fraction(3, 1000)  # what is claimed is a bound

    def simulation(self, rng, n, strength, aspect, component):
        left_over = np.linalg.qr(design(), mode="complete")[0][:, 3:]
        return fitted(rng, n, strength, aspect, left_over[:, component])

    def scale(self, **_):
        return 1

    def mutants(self):
        return {
            "nearly as large as the error of the fit": lambda **_: Fraction(20, 1000),
            "nearly as large, of the other sign": lambda **_: Fraction(-20, 1000),
        }


class ExtrapolatedFromLargeSamples(Limit):
    r"""With $n_c = \gamma(1 + \theta)^2/((\theta + \sqrt\gamma)(\theta - \sqrt\gamma)^3)$, $\theta > \sqrt\gamma$, the
    part of $E\lambda - \rho$ that grows at the threshold is, to the order $1/n$, $n_c/n$ times the distance
    $\rho - (1 + \sqrt\gamma)^2$ from the bulk. From sizes above $100\,n_c$ the expected squared overlap extrapolates to
    the limit $(1 - \gamma/\theta^2)/(1 + \gamma/\theta)$, at $(\theta, \gamma) = (0.7, 1/4)$ and $(1.2, 1)$.
    """

    label = "D2.7"
    title = "Near the threshold the limit is seen from large samples only"
    source = VECTORS
    assumptions = MODEL
    uses = ("D2.1", "D2.2", "D2.4.bias", "D4.1", "D4.2")
    exponents = (1, 2)
    resolution = 0.01
    replicates = Limit.each(4096)
    block = 1024
    derivation = staticmethod(near_threshold.derivation)

    def cases(self):
        sizes = [102_400, 409_600, 1_638_400, 6_553_600]
        return [{**NEAR, "sizes": sizes}, {"strength": 1.2, "aspect": 1.0, "sizes": sizes}]

    def prediction(self, strength, aspect, sizes):
        return overlaps.overlap(strength, aspect)

    def outside_window(self, size, strength, aspect):
        return size > 100 * upper(near_threshold.critical_size(strength, aspect))

    def simulation(self, rng, n, size, strength, aspect):
        return overlap_at(rng, n, size, strength, aspect)

    def mutants(self):
        return {
            "what the fit to small samples gives": lambda strength, **_: (
                Fraction(3347, 10_000) if strength == 0.7 else Fraction(155, 1000)
            ),
            "without the second factor": lambda strength, aspect, sizes: 1 - Fraction(aspect) / Fraction(strength) ** 2,
        }
