"""A1.3.complete: for concrete spectra, no stationary point is missing."""

import numpy as np

from checks.harness.kinds import Identity
from numerics import prompts
from numerics.landscapes import low_rank
from numerics.measured import Measured
from numerics.rest_points import rest_points
from theory.attention_pca import completeness

from .source import SOURCE


class CompletenessOfStationaryPoints(Identity):
    r"""For a simple positive spectrum of $d$ eigenvalues the infinite-prompt objective has exactly $2d + 1$ stationary
    points: $0$ and $\pm v_k/\sqrt{\lambda_k}$. (Derived for listed rational spectra, repeated eigenvalues and zeros
    among them by eigenspace.)
    """

    label = "A1.3.complete"
    title = "Stationary points of concrete spectra, counted and isolated"
    source = SOURCE
    assumptions = ("the listed spectra",)
    uses = ("A1.3",)
    derivation = staticmethod(completeness.derivation)

    def cases(self):
        simple = (spectrum for spectrum in completeness.SPECTRA if len(set(spectrum)) == len(spectrum))
        return [{"spectrum": list(map(float, spectrum)), "seed": 7 * len(spectrum)} for spectrum in simple]

    def prediction(self, spectrum, **_):
        return {
            "stationary points found": completeness.stationary_count(spectrum),
            "largest |λ‖μ‖² − 1| of those that are not 0, λ = μ·Σμ/‖μ‖²": 0,
            "largest ‖Σμ − λμ‖√λ of those": 0,
        }

    def simulation(self, spectrum, seed):
        rng = np.random.default_rng(seed)
        matrix = prompts.covariance(spectrum, prompts.rotation(rng, len(spectrum)))
        starts = rng.standard_normal((1000 * len(spectrum), len(spectrum))) / np.sqrt(sum(spectrum))
        found = rest_points(low_rank(matrix).gradient, starts)
        forms, residuals = [], []
        for point, error in zip(found.points[1:], found.errors[1:], strict=True):
            length, image = np.linalg.norm(point), matrix @ point
            quotient = point @ image / length**2
            forms.append(Measured(abs(point @ image - 1), 4 * spectrum[0] * length * error))
            residual = np.linalg.norm(image - quotient * point) * quotient**0.5
            residuals.append(Measured(residual, 4 * spectrum[0] * quotient**0.5 * error))
        return {
            "stationary points found": Measured(len(found.points), 0),
            "largest |λ‖μ‖² − 1| of those that are not 0, λ = μ·Σμ/‖μ‖²": max(forms, key=lambda m: m.value),
            "largest ‖Σμ − λμ‖√λ of those": max(residuals, key=lambda m: m.value),
        }

    def scale(self, spectrum, **_):
        return {name: len(spectrum) if "found" in name else 1 for name in self.prediction(spectrum)}

    def mutants(self):
        def count(wrong):
            return lambda spectrum, **_: {"stationary points found": wrong(len(spectrum))}

        return {
            "one sign only": count(lambda d: d + 1),
            "0 forgotten": count(lambda d: 2 * d),
            "mixtures of eigenvectors too": count(lambda d: 3**d),
            "radius √2 too long": lambda **_: {"largest |λ‖μ‖² − 1| of those that are not 0, λ = μ·Σμ/‖μ‖²": 1},
        }
