"""D3.4: the top eigenvalue with a spike in the critical window."""

from fractions import Fraction
from math import inf, sqrt

from checks.harness.kinds import Law, Limit, Rate
from checks.harness.mutants import changed
from numerics.ensembles.edge_law import level, standardised, top_probability, window
from numerics.measured import Measured
from theory.random_matrices import critical_window

from .edge import SIZES, SPIKED, estimated

POINTS = [k / 8 for k in range(-44, 73)]
MODEL = ("columns N(0, I + θ uuᵀ), independent", "θ = √γ(1 − w/m), γ = d/n")


def spike(d, n, w):
    """Return the strength √γ(1 − w/m)."""
    return sqrt(d / n) * (1 - w / window(d, n))


def law(d, n, w):
    """Return F(x; w) at the points, whatever the sizes."""
    return {x: estimated(x, w) for x in POINTS}


def draws(rng, count, d, size, w):
    """Return standardised top eigenvalues."""
    return standardised(rng, count, d, size, spike(d, size, w))


def at_size(size, x, w, aspect):
    """Return P(standardised top eigenvalue ≤ x) at one size."""
    d = round(aspect * size)
    return top_probability(level(x, d, size), d, size, spike(d, size, w))


def point(x, w, aspect):
    """Return a case of what is extrapolated."""
    return {"x": x, "w": w, "aspect": aspect, "sizes": SIZES}


def mistaken():
    """Return laws that are wrong in w."""
    return {
        "w for −w": changed(law, w=lambda w: -w),
        "F_1, as far below the threshold": changed(law, w=lambda w: inf),
        "m larger by 2^(2/3), (√n + √d)/2 for √n + √d": changed(law, w=lambda w: w * 2 ** (2 / 3)),
        "F_1(x)², of β = 2": lambda d, n, w: {x: estimated(x, 0.0, 2) for x in POINTS},
    }


class CriticalWindow(Law):
    r"""At $\theta = \sqrt\gamma(1 - w/m)$, $m = (\sqrt{nd}/(\sqrt n + \sqrt d))^{2/3}$, the law of
    $(n\lambda - \mu)/\sigma$ with $\mu = (\sqrt n + \sqrt d)^2$ and $\sigma = \sqrt{nd}/m^2$ is near $F(x; w)$, the
    solution of $F_x + \frac2\beta F_{ww} + (x - w^2)F_w = 0$, $\beta = 1$, with $F \to 1$ as $x, w \to \infty$
    together and $F \to 0$ as $w \to -\infty$: at $n = 10^6$, $d/n = 1/2$, $w = \pm1$ within 0.01.
    Draws resolve an error of the law of 0.06 or more; D3.4.limit resolves 0.005, at single points.
    """

    label = "D3.4"
    title = "The critical window of a spike at a million samples"
    source = SPIKED
    assumptions = MODEL
    uses = ("D4.1", "D4.2", "D4.3")
    resolution = 0.06
    block = 512
    derivation = staticmethod(critical_window.derivation)

    def cases(self):
        return [{"d": 500_000, "size": 10**6, "w": w} for w in (-1.0, 1.0)]

    def prediction(self, d, size, w):
        return law(d, size, w)

    def bias(self, **_):
        return Fraction(1, 100)  # what is claimed is a bound

    def simulation(self, rng, n, d, size, w):
        return draws(rng, n, d, size, w)

    def mutants(self):
        return {name: lambda d, size, w, wrong=wrong: wrong(d=d, n=size, w=w) for name, wrong in mistaken().items()}


class CriticalWindowOfSmallSamples(Law):
    r"""The same holds at $n = 10^4$ already, $d/n = 1/2$, $w = -1$: within 0.01."""

    label = "D3.4.small"
    title = "The critical window at ten thousand samples: refuted, though the limit is right"
    source = SPIKED
    assumptions = MODEL
    uses = ("D4.1", "D4.2", "D4.3")
    refutation = "finite size: the distance to F(x; w) falls as n^(−1/3), and is near 0.03 at n = 10⁴"
    resolution = 0.02
    block = 4096

    def cases(self):
        return [{"d": 5000, "size": 10**4, "w": -1.0}]

    def prediction(self, d, size, w):
        return {x: estimated(x, w) for x in (k / 16 for k in range(-80, 145))}

    def bias(self, **_):
        return Fraction(1, 100)

    def simulation(self, rng, n, d, size, w):
        return draws(rng, n, d, size, w)

    def mutants(self):
        points = [k / 16 for k in range(-80, 145)]
        return {
            "w for −w": lambda d, size, w: {x: estimated(x, -w) for x in points},
            "F_1, as far below the threshold": lambda d, size, w: {x: estimated(x, inf) for x in points},
        }


class LimitOfTheWindow(Limit):
    r"""$P(n\lambda \le \mu + \sigma x) \to F(x; w)$ as $n \to \infty$ with $\theta = \sqrt\gamma(1 - w/m)$, seen from
    500 to 32 000 samples with terms $n^{-1/3}$ and $n^{-2/3}$.
    """

    label = "D3.4.limit"
    title = "The law of the critical window, as a limit"
    source = SPIKED
    assumptions = MODEL
    uses = ("D4.1",)
    exponents = (1 / 3, 2 / 3)
    resolution = 0.005
    derivation = staticmethod(critical_window.derivation)

    def cases(self):
        return [point(0.0, -1.0, 0.5), point(-1.0, 0.0, 2.0), point(-1.0, 1.0, 0.5)]

    def prediction(self, x, w, **_):
        return estimated(x, w)

    def simulation(self, size, x, w, aspect):
        return at_size(size, x, w, aspect)

    def scale(self, **_):
        return 1

    def mutants(self):
        return {
            "w for −w": changed(self.prediction, w=lambda w: -w),
            "F_1, as far below the threshold": changed(self.prediction, w=lambda w: inf),
            "β = 2": lambda x, w, **_: estimated(x, w, 2),
            "m larger by 2^(2/3), (√n + √d)/2 for √n + √d": changed(self.prediction, w=lambda w: w * 2 ** (2 / 3)),
            "w without √γ": lambda x, w, aspect, sizes: estimated(x, w / sqrt(aspect)),
        }


class RateOfTheWindow(Rate):
    r"""$|P(n\lambda \le \mu + \sigma x) - F(x; w)|$ falls as $n^{-1/3}$, at $x = -1$, $w = 1$ and $d/n = 1/2$."""

    label = "D3.4.rate"
    title = "The law of the critical window is reached at the rate n^(-1/3)"
    source = SPIKED
    assumptions = MODEL
    uses = ("D3.4.limit", "D4.1")
    correction = 1 / 3
    resolution = 0.05
    derivation = staticmethod(critical_window.rate_derivation)

    def cases(self):
        return [{**point(-1.0, 1.0, 0.5), "limit": critical_window.estimate(-1.0, 1.0).value}]

    def prediction(self, **_):
        return Fraction(1, 3)

    def simulation(self, size, x, w, aspect, limit):
        found = at_size(size, x, w, aspect)
        return Measured(found.value - limit, found.error + critical_window.estimate(x, w).error)

    def mutants(self):
        return {"2/3": lambda **_: Fraction(2, 3), "1/2": lambda **_: Fraction(1, 2)}
