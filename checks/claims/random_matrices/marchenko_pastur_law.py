"""D1.1: atom, distribution function and quantiles of the Marchenko–Pastur law, by drawn spectra."""

import math
from fractions import Fraction

import numpy as np
from flint import arb
from hypothesis import strategies as st

from checks.harness.intervals import GaussianLipschitz
from checks.harness.kinds import Identity, Mean
from checks.harness.mutants import swapped
from numerics.ensembles import spectra
from numerics.measured import Measured
from theory.random_matrices import marchenko_pastur_law as law
from theory.random_matrices.marchenko_pastur import edges

SOURCE = "Marchenko and Pastur, doi:10.1070/SM1967v001n04ABEH001994"
SAMPLES = 10_000


def semicircle(x, ratio):
    """Return the distribution function of the semicircle on the same support, for x within it."""
    u = arb((x - 1 - float(ratio)) / 2) / arb(float(ratio)).sqrt()
    return arb(1) / 2 + (u * (1 - u * u).sqrt() + u.asin()) / arb.pi()


def other_sign(x, ratio):
    """Return F with +|1 − γ| in place of −|1 − γ|."""
    low, high = edges(ratio)
    if ratio == 1:
        return law.cdf(x, ratio)
    angle = ((x - low) / (high - x) * high / low).sqrt().atan()
    return law.cdf(x, ratio) + 2 * abs(1 - float(ratio)) * angle / (arb.pi() * float(ratio))


def other_edge(x, ratio):
    """Return F stretched to the upper edge (1 + γ)²."""
    low, high = (float(edge) for edge in edges(ratio))
    return law.cdf(low + (x - low) * (high - low) / ((1 + float(ratio)) ** 2 - low), ratio)


class Atom(Identity):
    r"""For all d and n, S has almost surely exactly $d \max(0, 1 - 1/\gamma)$ eigenvalues 0, $\gamma = d/n$: their
    share is the mass of F at 0.
    """

    label = "D1.1.atom"
    title = "Marchenko–Pastur: the atom at 0"
    source = SOURCE
    assumptions = ("X has i.i.d. N(0, 1) entries",)
    uses = ("D1.1",)
    derivation = staticmethod(law.atom_derivation)

    def cases(self):
        return st.fixed_dictionaries(
            {"d": st.integers(1, 12), "samples": st.integers(1, 12), "seed": st.integers(0, 2**32 - 1)}
        )

    def prediction(self, d, samples, **_):
        return law.atom(Fraction(d, samples))

    def simulation(self, d, samples, seed):
        return Measured(spectra.zeros(np.random.default_rng(seed), d, samples) / d, np.finfo(float).eps)

    def scale(self, **_):
        return 1.0

    def mutants(self):
        return {
            "no atom": lambda **_: 0,
            "n/d in place of d/n": swapped(self.prediction, "d", "samples"),
            "1/γ": lambda d, samples, **_: Fraction(samples, d) if d > samples else 0,
            "mass of XᵀX at its size": lambda d, samples, **_: law.atom(Fraction(d, samples)) * Fraction(d, samples),
        }


class DistributionFunction(Mean):
    r"""For x in the interior of the support, the share $F_n(x)$ of the eigenvalues of S that are $\le x$ tends to
    $F(x) = \max(0, 1 - 1/\gamma) + \frac1{2\pi\gamma}[\sqrt{(b - x)(x - a)} + (a + b)\arctan t - 2|1 -
    \gamma|\arctan(t\sqrt{b/a})]$ with $t = \sqrt{(x - a)/(b - x)}$, $a, b = (1 \mp \sqrt\gamma)^2$, which has the
    density $\sqrt{(b - x)(x - a)}/2\pi\gamma x$.
    """

    label = "D1.1.cdf"
    title = "Marchenko–Pastur: distribution function"
    source = SOURCE
    assumptions = ("X has i.i.d. N(0, 1) entries",)
    uses = ("D1.1", "D1.1.atom", "D1.1.correction")
    resolution = 0.005
    block = 64
    pilot = 128
    derivation = staticmethod(law.derivation)

    def cases(self):
        return (
            {"d": 6000, "samples": 24000, "x": 0.5},
            {"d": 6000, "samples": 6000, "x": 0.015625},  # near the hard edge
            {"d": 24000, "samples": 6000, "x": 4.0},  # with an atom of 3/4
            {"d": 6000, "samples": 7500, "x": 3.25},  # near the upper edge, 3.59
        )

    def prediction(self, d, samples, x):
        return law.cdf(x, Fraction(d, samples))

    def drift(self, d, **_):
        return law.share_drift(d)

    def scale(self, **_):
        return 1.0

    def simulation(self, rng, n, d, samples, x):
        return spectra.counts(rng, n, d, samples, [x])[0]

    def mutants(self):
        def of_ratio(wrong):
            return lambda d, samples, x: wrong(x, Fraction(d, samples))

        def without_atom(x, ratio):
            return law.cdf(x, ratio) - arb(float(law.atom(ratio)))

        return {
            "n/d in place of d/n": swapped(self.prediction, "d", "samples"),
            "atom forgotten": of_ratio(without_atom),
            "XᵀX in place of XXᵀ": of_ratio(lambda x, c: 1 - float(c) * (1 - law.cdf(x, c))),
            "semicircle, the factor 1/x forgotten": of_ratio(semicircle),
            "sign of 1 − γ": of_ratio(other_sign),
            "upper edge (1 + γ)²": of_ratio(other_edge),
        }


class Quantile(Mean):
    r"""For $\max(0, 1 - 1/\gamma) < p < 1$ and $k = \lceil pd \rceil$, the k-th smallest eigenvalue of S tends to
    the number q with $F(q) = p$; compared are the roots, which are Lipschitz functions of X.
    """

    label = "D1.1.quantile"
    title = "Marchenko–Pastur: quantiles"
    source = SOURCE
    assumptions = ("X has i.i.d. N(0, 1) entries",)
    uses = ("D1.1.cdf",)
    resolution = 0.01
    known = GaussianLipschitz(1 / math.sqrt(SAMPLES))
    block = 16
    pilot = 16
    derivation = staticmethod(law.quantile_derivation)

    def cases(self):
        return ({"d": 2502, "p": 0.25}, {"d": 40002, "p": 0.90625})

    def prediction(self, d, p):
        return law.quantile(p, Fraction(d, SAMPLES)).sqrt()

    def drift(self, d, p):
        return law.order_drift(p, d, Fraction(d, SAMPLES))

    def simulation(self, rng, n, d, p):
        return np.sqrt(spectra.order_statistic(rng, n, d, SAMPLES, math.ceil(p * d)))

    def mutants(self):
        return {
            "n/d in place of d/n": lambda d, p: law.quantile(p, Fraction(SAMPLES, d)).sqrt(),
            "from above": lambda d, p: law.quantile(1 - p, Fraction(d, SAMPLES)).sqrt(),
            "atom forgotten": lambda d, p: law.quantile(
                law.atom(Fraction(d, SAMPLES)) + p * (1 - law.atom(Fraction(d, SAMPLES))), Fraction(d, SAMPLES)
            ).sqrt(),
            "the eigenvalue for its root": lambda d, p: law.quantile(p, Fraction(d, SAMPLES)),
        }
