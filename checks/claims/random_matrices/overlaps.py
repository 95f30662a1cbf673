"""D2.2: how much of the spike the eigenvector of the outlier holds."""

from fractions import Fraction

from checks.harness.intervals import EmpiricalBernstein
from checks.harness.kinds import Limit
from checks.harness.mutants import changed
from numerics.ensembles.reduced import outlier
from theory.random_matrices import overlaps

from .spiked import MODEL, SIZES

VECTORS = "Benaych-Georges, Nadakuditi, arXiv:0910.2120"
SINGULAR = "Benaych-Georges, Nadakuditi, arXiv:1103.2221"


class Overlap(Limit):
    r"""For every $\gamma > 0$ and $\theta > \sqrt\gamma$ the squared overlap $(u\cdot\hat v)^2$ of the spike with the
    top eigenvector of $S$ tends to $(1 - \gamma/\theta^2)/(1 + \gamma/\theta)$; likewise with the bottom eigenvector,
    if $\theta < -\sqrt\gamma$.
    """

    label = "D2.2"
    title = "BBP: overlap with the spike"
    source = VECTORS
    assumptions = MODEL
    uses = ("D1.1", "D2.1", "D4.1", "D4.2")
    exponents = (1, 2)
    resolution = 0.002
    replicates = Limit.each(4096)
    block = 512
    derivation = staticmethod(overlaps.derivation)

    def cases(self):
        pairs = ((1.0, 0.25, "top"), (1.5, 1.0, "top"), (4.0, 4.0, "top"), (-0.75, 0.25, "bottom"))
        return [{"strength": strength, "aspect": ratio, "end": end, "sizes": SIZES} for strength, ratio, end in pairs]

    def prediction(self, strength, aspect, end, sizes):
        return overlaps.overlap(strength, aspect)

    def simulation(self, rng, n, size, strength, aspect, end):
        return outlier(rng, n, round(aspect * size), size, strength, end=end).overlap

    def mutants(self):
        def with_fractions(wrong):
            return lambda strength, aspect, end, sizes: wrong(Fraction(strength), Fraction(aspect))

        return {
            "without the second factor": with_fractions(lambda t, c: 1 - c / t**2),
            "second factor 1 + 1/θ, of the latent score": with_fractions(lambda t, c: (1 - c / t**2) / (1 + 1 / t)),
            "first factor 1 − γ/θ": with_fractions(lambda t, c: (1 - c / t) / (1 + c / t)),
            "(u·v̂) in place of its square": with_fractions(lambda t, c: ((1 - c / t**2) / (1 + c / t)) ** 2),
            "γ ↔ 1/γ": changed(self.prediction, aspect=lambda aspect: 1 / aspect),
        }


class SampleOverlap(Limit):
    r"""For every $\gamma > 0$ and $\theta > \sqrt\gamma$ the squared cosine of the top right singular vector of $X$
    with the row $u^\top X$ tends to $1 - \gamma/\theta^2$. With the latent score $\xi$, of which
    $x_k = \sqrt\theta\,\xi_k u + \text{noise}$, it tends to $(1 - \gamma/\theta^2)/(1 + 1/\theta)$.
    """

    label = "D2.2.sample"
    title = "BBP: overlaps in the space of samples, with the row and with the latent score"
    source = SINGULAR
    assumptions = MODEL
    uses = ("D1.1", "D2.1", "D4.1", "D4.2")
    exponents = (1, 2)
    resolution = 0.002
    replicates = Limit.each(2048)
    block = 512
    derivation = staticmethod(overlaps.derivation)

    def cases(self):
        triples = ((2.0, 0.4, "row"), (2.0, 0.4, "latent"), (4.0, 4.0, "row"), (4.0, 4.0, "latent"))
        return [
            {"strength": strength, "aspect": ratio, "target": to, "sizes": SIZES} for strength, ratio, to in triples
        ]

    def prediction(self, strength, aspect, target, sizes):
        return {"row": overlaps.row_overlap, "latent": overlaps.latent_overlap}[target](strength, aspect)

    def simulation(self, rng, n, size, strength, aspect, target):
        return getattr(outlier(rng, n, round(aspect * size), size, strength), target)

    def mutants(self):
        right = self.prediction
        return {
            "the overlap with u": lambda strength, aspect, target, sizes: overlaps.overlap(strength, aspect),
            "row ↔ latent score": changed(right, target=lambda to: "latent" if to == "row" else "row"),
            "γ ↔ 1/γ": changed(right, aspect=lambda aspect: 1 / aspect),
            "1 − γ/θ": lambda strength, aspect, **_: 1 - Fraction(aspect) / Fraction(strength),
        }


class OverlapBelow(Limit):
    r"""For every $\gamma > 0$ and $-1 < \theta < \sqrt\gamma$ the squared overlaps of the spike with the top
    eigenvector of $S$, and of the row and the latent score with the top right singular vector, tend to 0.
    """

    label = "D2.2.below"
    title = "BBP: no overlap below the threshold"
    source = VECTORS
    assumptions = MODEL
    uses = ("D1.1", "D2.1", "D4.1", "D4.2")
    exponents = (1, 4 / 3)  # a share 1/n of a direction that is not favoured, and the fluctuations of the edge
    known = EmpiricalBernstein(0, 1)
    resolution = 0.01
    replicates = Limit.each(16_384)
    block = 1024
    derivation = staticmethod(overlaps.derivation)

    def cases(self):
        triples = ((0.25, 0.25, "overlap"), (0.5, 1.0, "latent"))
        return [
            {"strength": strength, "aspect": ratio, "of": of, "sizes": [128, 512, 2048, 8192]}
            for strength, ratio, of in triples
        ]

    def prediction(self, strength, aspect, of, sizes):
        return (overlaps.latent_overlap if of == "latent" else overlaps.overlap)(strength, aspect)

    def simulation(self, rng, n, size, strength, aspect, of):
        return getattr(outlier(rng, n, round(aspect * size), size, strength), of)

    def scale(self, **_):
        return 1

    def mutants(self):
        def without_threshold(t, c):
            return abs((1 - c / t**2) / (1 + c / t))

        return {
            "the formula of the outlier": lambda strength, aspect, **_: without_threshold(
                Fraction(strength), Fraction(aspect)
            ),
            "2 %": lambda **_: Fraction(1, 50),
        }


class OverlapAtThreshold(Limit):
    r"""For every $\gamma > 0$, at $\theta = \sqrt\gamma$, the squared overlap tends to 0."""

    label = "D2.2.threshold"
    title = "BBP: no overlap at the threshold"
    source = VECTORS
    assumptions = MODEL
    uses = ("D1.1", "D2.1", "D4.1", "D4.2")
    exponents = (1 / 3, 2 / 3)
    resolution = 0.02
    replicates = Limit.each(2048)
    block = 256
    derivation = staticmethod(overlaps.derivation)

    def cases(self):
        return [{"strength": 1.0, "aspect": 1.0, "sizes": [100, 1000, 10_000, 100_000]}]

    def prediction(self, strength, aspect, sizes):
        return overlaps.overlap(strength, aspect)

    def simulation(self, rng, n, size, strength, aspect):
        return outlier(rng, n, round(aspect * size), size, strength).overlap

    def scale(self, **_):
        return 1

    def mutants(self):
        return {
            "as in the smallest sample": lambda **_: Fraction(1, 10),
            "as far above the threshold as n^{-1/3} at n = 1000": lambda strength, aspect, **_: overlaps.overlap(
                strength * 1.1, aspect
            ),
        }
