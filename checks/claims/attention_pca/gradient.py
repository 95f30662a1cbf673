"""A1.3: the gradient of the infinite-prompt objective, and its stationary points."""

from fractions import Fraction

import numpy as np

from checks.harness.kinds import Identity
from checks.harness.mutants import changed, scaled
from numerics.infinite_prompt import factor_gradient
from numerics.measured import Measured
from theory.attention_pca import gradient, objective

from .draws import any_ratio, points, rotated
from .source import SOURCE


class StationaryPoints(Identity):
    r"""$\nabla R(\mu) = -4\Sigma^2\mu + 2b\,\Sigma^2\mu + 2a\,\Sigma\mu$. The stationary points of $R$ are, modulo
    $\ker\Sigma$, exactly $0$ and $\mu = v/\sqrt\lambda$ for the unit eigenvectors $v$ of $\Sigma$ with eigenvalue
    $\lambda > 0$, for every dimension and every multiplicity.
    """

    label = "A1.3"
    title = "Gradient and stationary points"
    source = SOURCE
    uses = ("A1.2",)
    derivation = staticmethod(gradient.derivation)

    def cases(self):
        return points(12, any_ratio)

    def prediction(self, spectrum, parameter, **_):
        entries = gradient.gradient(spectrum, parameter)
        return {
            **{f"∂R/∂μ_{k}": entry for k, entry in enumerate(entries, start=1)},
            "largest ‖∇R‖ at v_k/√λ_k": 0,
        }

    def simulation(self, spectrum, parameter, rotation):
        basis, matrix = rotated(spectrum, rotation)
        slope = factor_gradient((basis @ parameter)[:, None], matrix)
        wide = len(spectrum) ** 0.5  # an error of every entry is as many times larger in length
        rests = [
            # in the unit of the terms that cancel there, so that none hides behind a longer one
            (np.linalg.norm(rest.value) / unit, rest.error * wide / unit)
            for value, v in zip(spectrum, basis.T, strict=True)
            if value > 0
            for rest, unit in [(factor_gradient(v[:, None] / value**0.5, matrix), spectrum[0] ** 3 / value**1.5)]
        ]
        lengths, errors = zip(*rests, strict=True)
        return {
            **{
                f"∂R/∂μ_{k}": Measured(entry, slope.error * wide)
                for k, entry in enumerate(basis.T @ slope.value[:, 0], start=1)
            },
            "largest ‖∇R‖ at v_k/√λ_k": Measured(max(lengths), max(errors)),
        }

    def scale(self, spectrum, parameter, **_):
        size = (1 + spectrum[0] * sum(entry**2 for entry in parameter)) * spectrum[0]
        quantities = self.prediction(spectrum, parameter)
        return {name: 1 if name.startswith("largest") else size**1.5 for name in quantities}

    def mutants(self):
        right = self.prediction

        def of_coordinates(wrong):
            def mutant(spectrum, parameter, **_):
                a, b = objective.invariants(spectrum, parameter)[1:]
                pairs = zip(map(Fraction, spectrum), map(Fraction, parameter), strict=True)
                return {f"∂R/∂μ_{k}": wrong(a, b, value, entry) for k, (value, entry) in enumerate(pairs, start=1)}

            return mutant

        return {
            "half": scaled(right, Fraction(1, 2)),
            "product rule forgotten": of_coordinates(lambda a, b, s, m: -4 * s**2 * m + 2 * b * s**2 * m),
            "a and b exchanged": of_coordinates(lambda a, b, s, m: -4 * s**2 * m + 2 * a * s**2 * m + 2 * b * s * m),
            "Σ for Σ² in the first term": of_coordinates(
                lambda a, b, s, m: -4 * s * m + 2 * b * s**2 * m + 2 * a * s * m
            ),
            "Σ² misread": changed(right, spectrum=lambda spectrum: [value**2 for value in spectrum]),
            "eigenvectors are not stationary": lambda **case: {"largest ‖∇R‖ at v_k/√λ_k": Fraction(1, 100)},
        }
