"""D1.1.correction: the 1/n term of the expected Stieltjes transform."""

from fractions import Fraction

from checks.harness.kinds import Mean
from checks.harness.mutants import swapped
from numerics.ensembles.spectra import resolvent_traces
from theory.random_matrices import marchenko_pastur, marchenko_pastur_correction

PARTS = {"real": lambda number: number.real, "imaginary": lambda number: number.imag}


def limit(d, samples, real, imaginary, part):
    """Return the part of m(z), γ = d/n."""
    return PARTS[part](marchenko_pastur.stieltjes_complex(real, imaginary, Fraction(d, samples)))


def corrected(d, samples, real, imaginary, part):
    """Return the part of m(z) + m_1(z)/n, γ = d/n."""
    return PARTS[part](marchenko_pastur_correction.corrected(d, samples, real, imaginary))


def with_term(factor):
    """Return the prediction with that multiple of the 1/n term."""
    return lambda **case: limit(**case) + factor * (corrected(**case) - limit(**case))


class FirstCorrection(Mean):
    r"""For $\mathrm{Im}\,z > 0$, $E\,m_n(z) = m(z) + m_1(z)/n + O(1/n^2)$, the last with an explicit bound, where
    $\gamma m_1(z) = \frac14\frac1{a - z} + \frac14\frac1{b - z} + \frac1{2R}$ and $R = \sqrt{z - a}\,\sqrt{z - b}$: the
    transform of half the masses $\frac12$ at a and at b less half the arcsine law on $[a, b]$.
    """

    label = "D1.1.correction"
    title = "Marchenko–Pastur: the 1/n term of the expected transform"
    source = "derived here, from the equation of Marchenko and Pastur, doi:10.1070/SM1967v001n04ABEH001994"
    assumptions = ("X has i.i.d. N(0, 1) entries",)
    uses = ("D1.1",)
    resolution = 0.2
    block = 1024
    derivation = staticmethod(marchenko_pastur_correction.derivation)

    def cases(self):
        return (
            {"d": 150, "samples": 600, "real": 0.0, "imaginary": 1.0, "part": "real"},
            {"d": 400, "samples": 400, "real": 0.0, "imaginary": 2.0, "part": "real"},
        )

    def prediction(self, **case):
        return corrected(**case)

    def bias(self, d, samples, real, imaginary, part):
        return marchenko_pastur_correction.remainder_bound(d, samples, real, imaginary)

    def scale(self, **case):
        return abs(float(corrected(**case) - limit(**case)))

    def simulation(self, rng, n, d, samples, real, imaginary, part):
        return PARTS[part](resolvent_traces(rng, n, d, samples, complex(real, imaginary)))

    def mutants(self):
        return {
            "no correction, as for complex entries": limit,
            "the other sign": with_term(-1),
            "twice the term": with_term(2),
            "half of the term": with_term(0.5),
            "n/d in place of d/n": swapped(corrected, "d", "samples"),
        }
