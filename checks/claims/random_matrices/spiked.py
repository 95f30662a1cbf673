"""D2.1: threshold and location of an outlier."""

from fractions import Fraction

from checks.harness.kinds import Limit
from numerics.ensembles.reduced import outlier
from theory.random_matrices import spiked

BBP = "Baik, Ben Arous, Péché, doi:10.1214/009117905000000233"
REAL = "Baik, Silverstein, doi:10.1016/j.jmva.2005.08.003"
SIZES = [1000, 10_000, 100_000, 1_000_000]
MODEL = ("X d × n with columns N(0, I + θuuᵀ), real, S = XXᵀ/n", "n → ∞ with d = γn, θ fixed")


def edge(aspect):
    """Return the upper edge of the bulk."""
    return spiked.location(0, aspect)


def no_threshold(strength, aspect):
    """Return the location of the outlier as if there were one at any strength."""
    return (1 + Fraction(strength)) * (1 + Fraction(aspect) / Fraction(strength))


class Location(Limit):
    r"""For every $\gamma > 0$ and $\theta > \sqrt\gamma$ the top eigenvalue of $S$ tends to
    $\rho = (1 + \theta)(1 + \gamma/\theta)$, which is above the bulk.
    """

    label = "D2.1"
    title = "BBP: location of the outlier"
    source = f"{BBP} (complex); {REAL}"
    assumptions = MODEL
    uses = ("D1.1", "D4.1", "D4.2")
    exponents = (1, 2)
    resolution = 0.002
    replicates = Limit.each(1024)
    block = 256
    derivation = staticmethod(spiked.derivation)

    def cases(self):
        pairs = ((1.0, 0.25), (1.5, 1.0), (4.0, 4.0), (8.0, 0.25))
        return [{"strength": strength, "aspect": aspect, "sizes": SIZES} for strength, aspect in pairs]

    def prediction(self, strength, aspect, sizes):
        return spiked.location(strength, aspect)

    def simulation(self, rng, n, size, strength, aspect):
        return outlier(rng, n, round(aspect * size), size, strength).eigenvalue

    def mutants(self):
        def with_fractions(wrong):
            return lambda strength, aspect, sizes: wrong(Fraction(strength), Fraction(aspect))

        return {
            "the edge: no outlier": lambda strength, aspect, sizes: edge(aspect),
            "1 + θ, the population's eigenvalue": with_fractions(lambda t, c: 1 + t),
            "γ ↔ 1/γ": with_fractions(lambda t, c: (1 + t) * (1 + 1 / (c * t))),
            "(1 + θ)(1 + γ/(1 + θ))": with_fractions(lambda t, c: (1 + t) * (1 + c / (1 + t))),
            "threshold at γ in place of √γ": with_fractions(lambda t, c: no_threshold(t, c) if t > c else edge(c)),
            "n + 1 % in place of n": with_fractions(lambda t, c: no_threshold(t, c * 100 / 101)),
        }


class Edge(Limit):
    r"""For every $\gamma > 0$ and $-1 < \theta \le \sqrt\gamma$, the threshold included, the top eigenvalue of $S$
    tends to the edge $(1 + \sqrt\gamma)^2$ of the bulk. For $\gamma < 1$ and $\theta \ge -\sqrt\gamma$ the smallest
    tends to the edge $(1 - \sqrt\gamma)^2$.
    """

    label = "D2.1.edge"
    title = "BBP: no outlier up to the threshold"
    source = f"{BBP} (complex); {REAL}"
    assumptions = MODEL
    uses = ("D1.1", "D2.1", "D4.1", "D4.2")
    exponents = (2 / 3, 1)  # fluctuations of the edge and their bias, and the next order of the centring
    resolution = 0.002
    replicates = Limit.each(512)
    block = 256
    derivation = staticmethod(spiked.derivation)

    def cases(self):
        pairs = ((0.25, 0.25, "top"), (1.0, 1.0, "top"), (1.0, 4.0, "top"), (-0.25, 0.25, "bottom"))
        return [
            {"strength": strength, "aspect": ratio, "end": end, "sizes": [100, 1000, 10_000, 100_000]}
            for strength, ratio, end in pairs
        ]

    def prediction(self, strength, aspect, end, sizes):
        return (spiked.location if end == "top" else spiked.bottom_location)(strength, aspect)

    def simulation(self, rng, n, size, strength, aspect, end):
        return outlier(rng, n, round(aspect * size), size, strength, end=end).eigenvalue

    def mutants(self):
        return {
            "no threshold": lambda strength, aspect, end, sizes: no_threshold(strength, aspect),
            "(1 + γ)²": lambda strength, aspect, end, sizes: (1 + Fraction(aspect)) ** 2,
            "threshold at γ in place of √γ": lambda strength, aspect, end, sizes: (
                no_threshold(strength, aspect) if strength >= aspect else self.prediction(strength, aspect, end, sizes)
            ),
            "the other edge": lambda strength, aspect, end, sizes: self.prediction(
                0, aspect, "bottom" if end == "top" and aspect < 1 else "top", sizes
            ),
        }


class SmallSpike(Limit):
    r"""For every $0 < \gamma < 1$ and $-1 < \theta < -\sqrt\gamma$ the smallest eigenvalue of $S$ tends to
    $(1 + \theta)(1 + \gamma/\theta)$, which is below the bulk.
    """

    label = "D2.1.small"
    title = "BBP: a small spike leaves below the bulk"
    source = REAL
    assumptions = MODEL
    uses = ("D1.1", "D2.1", "D4.1", "D4.2")
    exponents = (1, 2)
    resolution = 0.002
    replicates = Limit.each(1024)
    block = 256
    derivation = staticmethod(spiked.derivation)

    def cases(self):
        pairs = ((-0.75, 0.25), (-0.5, 0.0625))
        return [{"strength": strength, "aspect": aspect, "sizes": SIZES} for strength, aspect in pairs]

    def prediction(self, strength, aspect, sizes):
        return spiked.bottom_location(strength, aspect)

    def simulation(self, rng, n, size, strength, aspect):
        return outlier(rng, n, int(aspect * size), size, strength, end="bottom").eigenvalue

    def mutants(self):
        return {
            "the edge: no outlier": lambda strength, aspect, sizes: spiked.bottom_location(0, aspect),
            "sign of θ in γ/θ": lambda strength, aspect, sizes: (
                (1 + Fraction(strength)) * (1 - Fraction(aspect) / Fraction(strength))
            ),
            "1 + θ, the population's eigenvalue": lambda strength, aspect, sizes: 1 + Fraction(strength),
        }
