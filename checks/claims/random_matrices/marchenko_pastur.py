"""D1.1: the Stieltjes transform of the Marchenko–Pastur law, by resolvents of drawn matrices."""

from fractions import Fraction
from typing import Any

from flint import acb

from checks.harness.ball import upper
from checks.harness.intervals import GaussianLipschitz
from checks.harness.kinds import Mean
from checks.harness.mutants import swapped
from numerics.ensembles.spectra import resolvent_traces
from theory.random_matrices import marchenko_pastur

PARTS = {"real": lambda number: number.real, "imaginary": lambda number: number.imag}

CASES: tuple[dict[str, Any], ...] = (
    {"d": 2500, "samples": 10000, "real": -0.5, "imaginary": 0.0, "part": "real"},
    {"d": 5000, "samples": 5000, "real": 1.0, "imaginary": 1.0, "part": "imaginary"},
    {"d": 20000, "samples": 5000, "real": 4.0, "imaginary": 2.0, "part": "real"},
)


def lipschitz(d, samples, real, imaginary, part):
    """Return an upper bound of the Lipschitz constant of a replicate."""
    return upper(marchenko_pastur.lipschitz(d, samples, real, imaginary))


def transform(d, samples, real, imaginary, part):
    """Return the predicted part of m(z), γ = d/n."""
    ratio = Fraction(d, samples)
    if imaginary == 0:
        return marchenko_pastur.stieltjes(real, ratio)
    return PARTS[part](marchenko_pastur.stieltjes_complex(real, imaginary, ratio))


def mistaken(wrong):
    """Return the prediction that a wrong formula in m, z and γ makes."""

    def mutant(d, samples, real, imaginary, part):
        right = [acb(transform(d, samples, real, imaginary, name)) for name in PARTS]
        number = right[0] + acb(0, 1) * right[1] if imaginary else right[0]
        return PARTS[part](wrong(number, acb(real, imaginary), acb(d) / samples))

    return mutant


class StieltjesTransform(Mean):
    r"""For $S = XX^\top/n$, X of the shape (d, n) with i.i.d. $N(0, 1)$ entries, $\gamma = d/n$, and $z < 0$ or
    $\mathrm{Im}\,z > 0$, $m_n(z) = \frac1d \mathrm{tr}(S - z)^{-1}$ has an expectation within
    $(\sigma/n + 4|z|\tau/n^2)/r$ of the root $m(z)$ of $\gamma z m^2 + (z + \gamma - 1)m + 1 = 0$ that is the
    transform of a law on $[0, \infty)$; $\sigma = 1/2(|z| - \mathrm{Re}\,z)$, $\tau = \sigma/\mathrm{dist}(z, [0,
    \infty))^2$, and $r = \mathrm{Im}\,z$, or $1/m$ for $z < 0$. So $m_n(z) \to m(z)$ almost surely as $n \to \infty$.
    """

    label = "D1.1"
    title = "Marchenko–Pastur: Stieltjes transform"
    source = "Marchenko and Pastur, doi:10.1070/SM1967v001n04ABEH001994; the bound is derived here"
    assumptions = ("X has i.i.d. N(0, 1) entries",)
    resolution = 0.002
    known = GaussianLipschitz(max(lipschitz(**case) for case in CASES))
    block = 16
    pilot = 16
    derivation = staticmethod(marchenko_pastur.derivation)

    def cases(self):
        return CASES

    def prediction(self, **case):
        return transform(**case)

    def bias(self, d, samples, real, imaginary, part):
        return marchenko_pastur.bias_bound(d, samples, real, imaginary)

    def simulation(self, rng, n, d, samples, real, imaginary, part):
        return PARTS[part](resolvent_traces(rng, n, d, samples, complex(real, imaginary)))

    def mutants(self):
        return {
            "n/d in place of d/n": swapped(transform, "d", "samples"),
            "XᵀX in place of XXᵀ": mistaken(lambda m, z, c: c * m - (1 - c) / z),
            "the other root": mistaken(lambda m, z, c: 1 / (c * z * m)),
            "atom forgotten": mistaken(lambda m, z, c: m + (1 - 1 / c) / z if c.real > 1 else m),
            "semicircle on the same support": mistaken(lambda m, z, c: 1 + z * m),
        }
