"""A1.5: the Hessian at the stationary points."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from checks.harness.mutants import scaled
from numerics import prompts
from numerics.curvature import layer_curvatures
from numerics.measured import Measured
from theory.attention_pca import hessian

from .draws import any_ratio, rotations, separated_ratio, spectra
from .source import SOURCE


@st.composite
def eigenpoints(draw, largest_dimension, ratios):
    """Draw a spectrum and the number k of an eigenvector with a positive eigenvalue."""
    spectrum = draw(spectra(largest_dimension, ratios))
    k = draw(st.integers(1, sum(value > 0 for value in spectrum)))
    return {"spectrum": spectrum, "k": k, "rotation": draw(rotations)}


def curvatures(spectrum, k, rotation):
    """Return the measured curvatures at v_k/√λ_k and at 0."""
    basis = prompts.rotation(np.random.default_rng(rotation), len(spectrum))
    matrix = prompts.covariance(spectrum, basis)
    return [layer_curvatures(at, matrix) for at in (basis[:, k - 1] / spectrum[k - 1] ** 0.5, 0 * basis[0])]


class Hessian(Identity):
    r"""The Hessian of $R$ at $v_k/\sqrt{\lambda_k}$ has the eigenvalues $8\lambda_k^2$ (along $v_k$) and
    $2\lambda_j(\lambda_k - \lambda_j)$ (along $v_j$, $j \ne k$); at $0$ it is $-4\Sigma^2$.
    """

    label = "A1.5"
    title = "Hessian spectrum at the stationary points"
    source = SOURCE
    uses = ("A1.3", "A1.4")
    examples = Identity.fewer(2)
    derivation = staticmethod(hessian.derivation)

    def cases(self):
        return eigenpoints(12, any_ratio)

    def prediction(self, spectrum, k, **_):
        found = {"at v_k/√λ_k": hessian.curvatures(spectrum, k), "at 0": sorted(hessian.curvatures_at_zero(spectrum))}
        return {f"{where}[{i}]": value for where, values in found.items() for i, value in enumerate(values)}

    def simulation(self, spectrum, k, rotation):
        return dict(zip(("at v_k/√λ_k", "at 0"), curvatures(spectrum, k, rotation), strict=True))

    def scale(self, spectrum, k, **_):
        # the size of what cancels, a/b and b being λ and 1 there
        sizes = {"at v_k/√λ_k": spectrum[0] ** 3 / spectrum[k - 1], "at 0": spectrum[0] ** 2}
        return {name: sizes[name.split("[")[0]] for name in self.prediction(spectrum, k)}

    def mutants(self):
        def at_point(along, across):
            def mutant(spectrum, k, **_):
                values = [Fraction(value) for value in spectrum]
                chosen = values.pop(k - 1)
                curved = sorted([along(chosen), *(across(chosen, value) for value in values)])
                return {f"at v_k/√λ_k[{i}]": value for i, value in enumerate(curved)}

            return mutant

        return {
            "half": scaled(self.prediction, Fraction(1, 2)),
            "4λ² along v": at_point(lambda s: 4 * s**2, lambda s, o: 2 * o * (s - o)),
            "sign across": at_point(lambda s: 8 * s**2, lambda s, o: 2 * o * (o - s)),
            "2λ_k(λ_k − λ_j) across": at_point(lambda s: 8 * s**2, lambda s, o: 2 * s * (s - o)),
            "−2Σ² at 0": lambda spectrum, **_: {
                f"at 0[{i}]": -2 * Fraction(value) ** 2 for i, value in enumerate(spectrum)
            },
        }


class MorseIndex(Identity):
    r"""The Morse index of $v_k/\sqrt{\lambda_k}$ is the number of eigenvalues above $\lambda_k$, and $R$ is flat there
    along the rest of the eigenspace of $\lambda_k$. So every stationary point that is not a global minimum is a strict
    saddle, or the strict maximum at $0$: there is no spurious local minimum.
    """

    label = "A1.5.index"
    title = "Morse index; no spurious local minimum"
    source = SOURCE
    assumptions = ("Σ ≻ 0",)
    uses = ("A1.5",)
    examples = Identity.fewer(2)
    derivation = staticmethod(hessian.derivation)

    def cases(self):
        return eigenpoints(8, separated_ratio)

    def prediction(self, spectrum, k, **_):
        return {
            "descending directions": hessian.morse_index(spectrum, k),
            "flat directions": sum(value == 0 for value in hessian.curvatures(spectrum, k)),
            "ascending directions at 0": 0,
        }

    def simulation(self, spectrum, k, rotation):
        point, zero = curvatures(spectrum, k, rotation)
        return {
            "descending directions": Measured((point.value < -point.error).sum(), 0),
            "flat directions": Measured((abs(point.value) <= point.error).sum(), 0),
            "ascending directions at 0": Measured((zero.value > zero.error).sum(), 0),
        }

    def scale(self, spectrum, **_):
        return len(spectrum)

    def mutants(self):
        return {
            "index k − 1, multiplicities forgotten": lambda k, **_: {"descending directions": k - 1},
            "λ_j ≥ λ_k counted": lambda spectrum, k, **_: {
                "descending directions": sum(value >= spectrum[k - 1] for value in spectrum)
            },
            "every eigenvector a minimum": lambda **_: {"descending directions": 0},
            "isolated": lambda **_: {"flat directions": 0},
            "0 a minimum": lambda spectrum, **_: {"ascending directions at 0": len(spectrum)},
        }
