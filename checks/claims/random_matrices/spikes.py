"""D2.6: several spikes, each of which behaves as if it were alone; what they see of each other."""

from fractions import Fraction

from flint import arb

from checks.harness.kinds import Limit
from checks.harness.mutants import changed, scaled
from numerics.ensembles.banded import leading
from theory.random_matrices import spikes

from .spiked import SIZES

SOURCE = "Baik, Silverstein, doi:10.1016/j.jmva.2005.08.003"
MODEL = (
    "X d × n with columns N(0, I + Σ_i θ_iu_iu_iᵀ), u_i orthonormal, real, S = XXᵀ/n",
    "n → ∞ with d = γn, r and θ_i fixed",
)
WRONG_ASPECTS = {"n/d in place of d/n": lambda aspect: 1 / aspect}


def drawn(rng, n, size, strengths, number, aspect):
    """Draw the ``number``-th largest eigenvalue, (n,), and its overlaps with all directions, (n, r)."""
    found = leading(rng, n, round(aspect * size), size, strengths, k=number)
    return found.eigenvalues[:, number - 1], found.overlaps[:, :, number - 1]


def place(strengths, number):
    """Return where in the list of strengths the ``number``-th largest stands."""
    return strengths.index(sorted(strengths, reverse=True)[number - 1])


class LocationsOfSeparatedSpikes(Limit):
    r"""For $X$ of the shape d × n with columns $N(0, I + \sum_{i \le r} \theta_i u_iu_i^\top)$, $u_i$ orthonormal,
    $\theta_i > -1$ in any order, and $d/n = \gamma$: where the $j$-th largest $\theta$ is above $\sqrt\gamma$, the
    $j$-th largest eigenvalue of $S = XX^\top/n$ tends to $(1 + \theta)(1 + \gamma/\theta)$, as if that spike were
    alone.
    """

    label = "D2.6"
    title = "Spikes of rank r: locations"
    source = SOURCE
    assumptions = MODEL
    uses = ("D2.1", "D4.4")
    exponents = (1, 2)
    resolution = 0.002
    replicates = Limit.each(384)
    block = 64
    derivation = staticmethod(spikes.location_derivation)

    def cases(self):
        return [
            {"strengths": [3, 8, 5], "number": 3, "aspect": 0.5, "sizes": SIZES},
            {"strengths": [6, 1, 12], "number": 2, "aspect": 4, "sizes": SIZES},  # 1 is below the threshold
        ]

    def prediction(self, strengths, number, aspect, **_):
        return spikes.location(strengths, number, aspect)

    def simulation(self, rng, n, size, strengths, number, aspect):
        return drawn(rng, n, size, strengths, number, aspect)[0]

    def mutants(self):
        return {
            "counted from the smallest": lambda strengths, number, aspect, **_: spikes.location(
                strengths, len(strengths) + 1 - number, aspect
            ),
            "spikes share γ": lambda strengths, number, aspect, **_: spikes.location(
                strengths, number, Fraction(aspect) / len(strengths)
            ),
            "spikes pooled": lambda strengths, aspect, **_: spikes.location([sum(strengths)], 1, aspect),
            "θ² in place of θ": changed(self.prediction, strengths=lambda strengths: [x**2 for x in strengths]),
            "1 + θ, no bias": lambda strengths, number, aspect, **_: 1 + spikes.ranked(strengths, number, aspect),
            "the edge": lambda aspect, **_: (1 + arb(aspect).sqrt()) ** 2,
            **{name: changed(self.prediction, aspect=wrong) for name, wrong in WRONG_ASPECTS.items()},
        }


class OverlapsOfSeparatedSpikes(Limit):
    r"""In D2.6 let the $j$-th largest strength $\theta > \sqrt\gamma$ be that of $u_j$ alone. The squared component of
    the $j$-th eigenvector of $S$ along $u_j$ tends to $(1 - \gamma/\theta^2)/(1 + \gamma/\theta)$, as if the spike were
    alone.
    """

    label = "D2.6.overlap"
    title = "Spikes of rank r: overlaps"
    source = f"{SOURCE}; Benaych-Georges, Nadakuditi, arXiv:1103.2221"
    assumptions = MODEL
    uses = ("D2.2", "D2.6")
    exponents = (1, 2)
    resolution = 0.002
    replicates = Limit.each(384)
    block = 64
    derivation = staticmethod(spikes.overlap_derivation)

    def cases(self):
        return [
            {"strengths": [3, 8, 5], "number": 2, "aspect": 2, "sizes": SIZES},
            {"strengths": [2, -0.5, 4], "number": 2, "aspect": 0.25, "sizes": SIZES},
        ]

    def prediction(self, strengths, number, aspect, **_):
        return spikes.overlap(strengths, number, aspect)

    def simulation(self, rng, n, size, strengths, number, aspect):
        return drawn(rng, n, size, strengths, number, aspect)[1][:, place(strengths, number)]

    def mutants(self):
        def of_spike(wrong):
            return lambda strengths, number, aspect, **_: wrong(
                spikes.ranked(strengths, number, aspect), Fraction(aspect)
            )

        return {
            "second factor dropped": of_spike(lambda theta, gamma: 1 - gamma / theta**2),
            "overlap of the score": of_spike(lambda theta, gamma: (1 - gamma / theta**2) / (1 + 1 / theta)),
            "θ in place of θ²": of_spike(lambda theta, gamma: (1 - gamma / theta) / (1 + gamma / theta)),
            "spikes share γ": of_spike(lambda theta, gamma: (1 - gamma / 3 / theta**2) / (1 + gamma / 3 / theta)),
            "the largest θ in every place": lambda strengths, aspect, **_: spikes.overlap(strengths, 1, aspect),
            "found without loss": lambda **_: 1,
            **{name: changed(self.prediction, aspect=wrong) for name, wrong in WRONG_ASPECTS.items()},
        }


class EqualSpikes(Limit):
    r"""In D2.6 let $k$ spikes have the same strength $\theta > \sqrt\gamma$. Then $k$ eigenvalues of $S$ tend to
    $(1 + \theta)(1 + \gamma/\theta)$, and the squared components of each of their eigenvectors along the $k$ directions
    add up to $(1 - \gamma/\theta^2)/(1 + \gamma/\theta)$ in the limit. (At a given place among the $k$, both come near
    as $n^{-1/2}$: equal spikes repel.)
    """

    label = "D2.6.equal"
    title = "Spikes of rank r: equal strengths"
    source = OverlapsOfSeparatedSpikes.source
    assumptions = MODEL
    uses = ("D2.6.overlap",)
    exponents = (1 / 2, 1)
    resolution = 0.005
    replicates = Limit.each(384)
    block = 64
    derivation = staticmethod(spikes.equal_derivation)

    def cases(self):
        return [
            {"of": "location", "strengths": [3, 3], "number": 1, "aspect": 0.5, "sizes": SIZES},
            {"of": "overlap", "strengths": [3, 3], "number": 1, "aspect": 2, "sizes": SIZES},
            {"of": "overlap", "strengths": [8, 16, 8], "number": 3, "aspect": 4, "sizes": SIZES},
        ]

    def prediction(self, of, strengths, number, aspect, **_):
        return {"location": spikes.location, "overlap": spikes.overlap}[of](strengths, number, aspect)

    def simulation(self, rng, n, size, of, strengths, number, aspect):
        eigenvalues, overlaps = drawn(rng, n, size, strengths, number, aspect)
        group = [i for i, strength in enumerate(strengths) if strength == strengths[place(strengths, number)]]
        return eigenvalues if of == "location" else overlaps[:, group].sum(axis=1)

    def mutants(self):
        def pooled(strengths):
            return [sum(strengths)] * len(strengths)

        return {
            "each direction has it, not all together": scaled(self.prediction, Fraction(1, 2)),
            "equal spikes add up": changed(self.prediction, strengths=pooled),
            "second factor dropped": lambda of, strengths, number, aspect, **_: (
                1 - Fraction(aspect) / spikes.ranked(strengths, number, aspect) ** 2
            ),
            "equal spikes share γ": lambda of, strengths, number, aspect, **case: self.prediction(
                of, strengths, number, Fraction(aspect) / 2
            ),
            **{name: changed(self.prediction, aspect=wrong) for name, wrong in WRONG_ASPECTS.items()},
        }


class CrossOverlaps(Limit):
    r"""In D2.6 let the strength $\theta_j > \sqrt\gamma$ of an outlier be separated from $\theta_i > -1$, which may be
    below the threshold. Then $n\,E(u_i\cdot\hat v_j)^2 \to
    \frac{(1 + \theta_i)(1 + \theta_j)}{(\theta_i - \theta_j)^2\,(1 + \gamma/\theta_j)}$.
    """

    label = "D2.6.cross"
    title = "Spikes of rank r: cross-overlaps"
    source = "T. W. Anderson, doi:10.1214/aoms/1177704248, at γ = 0; the factor 1 + γ/θ is derived here"
    assumptions = MODEL
    uses = ("D2.6.overlap",)
    exponents = (1, 2)
    resolution = 0.15
    replicates = Limit.each(8192)
    block = 1024
    derivation = staticmethod(spikes.cross_derivation)

    def cases(self):
        return [
            {"other": 50, "strength": 25, "aspect": 25, "sizes": SIZES},
            {"other": 2, "strength": 32, "aspect": 32, "sizes": SIZES},  # 2 is below the threshold
        ]

    def prediction(self, other, strength, aspect, **_):
        return spikes.cross_overlap(other, strength, aspect)

    def simulation(self, rng, n, size, other, strength, aspect):
        strengths = [other, strength]
        number = 1 + (other > strength)
        return size * drawn(rng, n, size, strengths, number, aspect)[1][:, 0]

    def mutants(self):
        def wrong(formula):
            return lambda other, strength, aspect, **_: formula(Fraction(other), Fraction(strength), Fraction(aspect))

        return {
            "Anderson's, without 1 + γ/θ": wrong(lambda i, j, c: (1 + i) * (1 + j) / (i - j) ** 2),
            "θ_i in place of θ_j": wrong(lambda i, j, c: (1 + i) * (1 + j) / ((i - j) ** 2 * (1 + c / i))),
            "θ_iθ_j in place of (1 + θ_i)(1 + θ_j)": wrong(lambda i, j, c: i * j / ((i - j) ** 2 * (1 + c / j))),
            "0 below the threshold": lambda other, aspect, **case: (
                self.prediction(other=other, aspect=aspect, **case) if other**2 > aspect else 0
            ),
            "of the order 1": lambda sizes, **case: self.prediction(**case) * sizes[0],
            "θ_i − θ_j not squared": wrong(lambda i, j, c: (1 + i) * (1 + j) / (abs(i - j) * (1 + c / j))),
            **{name: changed(self.prediction, aspect=wrong) for name, wrong in WRONG_ASPECTS.items()},
        }
