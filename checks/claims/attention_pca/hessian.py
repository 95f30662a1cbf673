"""A1.5: the Hessian at the stationary points."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from checks.harness.mutants import scaled
from numerics.curvature import layer_hessian
from numerics.measured import Measured
from theory.attention_pca import hessian

from .draws import any_ratio, rotated, rotations, separated_ratio, spectra
from .source import SOURCE


@st.composite
def eigenpoints(draw, largest_dimension, ratios):
    """Draw a spectrum and the number k of an eigenvector with a positive eigenvalue."""
    spectrum = draw(spectra(largest_dimension, ratios))
    k = draw(st.integers(1, sum(value > 0 for value in spectrum)))
    return {"spectrum": spectrum, "k": k, "rotation": draw(rotations)}


def measured(spectrum, k, rotation):
    """Return the measured Hessians at v_k/√λ_k and at 0, in the eigenbasis of Σ."""
    basis, matrix = rotated(spectrum, rotation)
    found = [layer_hessian(at, matrix) for at in (basis[:, k - 1] / spectrum[k - 1] ** 0.5, 0 * basis[0])]
    return [Measured(basis.T @ hessian.value @ basis, hessian.error) for hessian in found]


class Hessian(Identity):
    r"""The Hessian of $R$ at $v_k/\sqrt{\lambda_k}$, $\lambda_k > 0$, has the eigenvectors of $\Sigma$, with the
    eigenvalues $8\lambda_k^2$ (along $v_k$) and $2\lambda_j(\lambda_k - \lambda_j)$ (along $v_j$, $j \ne k$); at $0$ it
    is $-4\Sigma^2$.
    """

    label = "A1.5"
    title = "Hessian at the stationary points"
    source = SOURCE
    uses = ("A1.3",)
    examples = Identity.fewer(2)
    derivation = staticmethod(hessian.derivation)

    def cases(self):
        return eigenpoints(12, any_ratio)

    def prediction(self, spectrum, k, **_):
        numbers = range(1, len(spectrum) + 1)
        return {
            **{f"along v_{j}": hessian.curvature(spectrum, k, j) for j in numbers},
            **{f"at 0, along v_{j}": hessian.curvature_at_zero(spectrum, j) for j in numbers},
            "largest entry off the diagonal": 0,
        }

    def simulation(self, spectrum, k, rotation):
        point, zero = measured(spectrum, k, rotation)
        off = abs(point.value - np.diag(np.diag(point.value))).max()
        return {
            **{f"along v_{j}": Measured(bend, point.error) for j, bend in enumerate(np.diag(point.value), start=1)},
            **{f"at 0, along v_{j}": Measured(bend, zero.error) for j, bend in enumerate(np.diag(zero.value), start=1)},
            "largest entry off the diagonal": Measured(off, point.error),
        }

    def scale(self, spectrum, k, **_):
        # the size of what cancels at the point, where ‖μ‖² = 1/λ_k
        size, at_zero = spectrum[0] ** 3 / spectrum[k - 1], spectrum[0] ** 2
        return {name: at_zero if name.startswith("at 0") else size for name in self.prediction(spectrum, k)}

    def mutants(self):
        def at_point(along, across):
            def mutant(spectrum, k, **_):
                chosen = Fraction(spectrum[k - 1])
                return {
                    f"along v_{j}": along(chosen) if j == k else across(chosen, Fraction(value))
                    for j, value in enumerate(spectrum, start=1)
                }

            return mutant

        return {
            "half": scaled(self.prediction, Fraction(1, 2)),
            "4λ² along v": at_point(lambda s: 4 * s**2, lambda s, o: 2 * o * (s - o)),
            "sign across": at_point(lambda s: 8 * s**2, lambda s, o: 2 * o * (o - s)),
            "2λ_k(λ_k − λ_j) across": at_point(lambda s: 8 * s**2, lambda s, o: 2 * s * (s - o)),
            "8λ_j² along every v_j": at_point(lambda s: 8 * s**2, lambda s, o: 8 * o**2),
            "−2Σ² at 0": lambda spectrum, **_: {
                f"at 0, along v_{j}": -2 * Fraction(value) ** 2 for j, value in enumerate(spectrum, start=1)
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
    uses = ("A1.4", "A1.5")
    examples = Identity.fewer(2)
    derivation = staticmethod(hessian.index_derivation)

    def cases(self):
        return eigenpoints(8, separated_ratio)

    def prediction(self, spectrum, k, **_):
        return {
            "descending directions": hessian.morse_index(spectrum, k),
            "flat directions": hessian.nullity(spectrum, k),
            "ascending directions at 0": 0,
        }

    def simulation(self, spectrum, k, rotation):
        point, zero = measured(spectrum, k, rotation)
        bends, at_zero = np.linalg.eigvalsh(point.value), np.linalg.eigvalsh(zero.value)
        return {
            "descending directions": Measured((bends < -point.error).sum(), 0),
            "flat directions": Measured((abs(bends) <= point.error).sum(), 0),
            "ascending directions at 0": Measured((at_zero > zero.error).sum(), 0),
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
