"""A1.4: the objective at its stationary points, and its minimum, found by gradient flow."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from numerics import prompts
from numerics.flows import flow_to_rest
from numerics.infinite_prompt import infinite_prompt_risk
from numerics.landscapes import low_rank
from numerics.measured import Measured
from theory.attention_pca import stationary_points

from .draws import gapped_ratio, rotations, spectra
from .source import SOURCE


class StationaryValues(Identity):
    r"""For a unit eigenvector $v$ of $\Sigma$ with eigenvalue $\lambda$, $R(v/\sqrt\lambda) = t - \lambda$. The
    global minimum of $R$ is $t - \lambda_1$, attained exactly on the sphere
    $\lVert\mu\rVert = 1/\sqrt{\lambda_1}$ of the top eigenspace.
    """

    label = "A1.4"
    title = "Values at the eigenvectors v/√λ, and the global minimum"
    source = SOURCE
    assumptions = ("Σ ≻ 0",)
    uses = ("A1.2",)
    examples = Identity.fewer(3)  # each runs two flows
    derivation = staticmethod(stationary_points.derivation)

    def cases(self):
        return st.fixed_dictionaries({"spectrum": spectra(8, gapped_ratio), "rotation": rotations})

    def prediction(self, spectrum, **_):
        minimum, squared_norm = stationary_points.minimum(spectrum)
        values = enumerate(stationary_points.values(spectrum), start=1)
        return {
            **{f"R(v_{k}/√λ_{k})": value for k, value in values},
            "lowest risk of the flows": minimum,
            "‖μ‖² there": squared_norm,
            "part of ‖μ‖² outside the top eigenspace": 0,
        }

    def simulation(self, spectrum, rotation):
        rng = np.random.default_rng(rotation)
        basis = prompts.rotation(rng, len(spectrum))
        matrix = prompts.covariance(spectrum, basis)
        ends = flow_to_rest(low_rank(matrix).gradient, rng.standard_normal((2, len(spectrum))) / sum(spectrum) ** 0.5)
        risks = [infinite_prompt_risk("linear", np.outer(point, point), matrix) for point in ends.points]
        best = int(np.argmin([risk.value for risk in risks]))
        end, off = ends.points[best], ends.errors[best]
        outside = basis[:, np.array(spectrum) < spectrum[0]].T @ end
        reach = float(3 * np.linalg.norm(end) * off)
        points = enumerate(basis.T / np.sqrt(spectrum)[:, None], start=1)
        return {
            **{f"R(v_{k}/√λ_{k})": infinite_prompt_risk("linear", np.outer(v, v), matrix) for k, v in points},
            "lowest risk of the flows": Measured(risks[best].value, risks[best].error + ends.risk_errors[best]),
            "‖μ‖² there": Measured(end @ end, reach),
            "part of ‖μ‖² outside the top eigenspace": Measured(outside @ outside, reach),
        }

    def scale(self, spectrum, **case):
        squared_norms = ("‖μ‖² there", "part of ‖μ‖² outside the top eigenspace")
        quantities = self.prediction(spectrum, **case)
        return {name: 1 / spectrum[0] if name in squared_norms else sum(spectrum) for name in quantities}

    def mutants(self):
        minimum, values = stationary_points.minimum, stationary_points.values
        return {
            "t − λ/2": lambda spectrum, **_: {
                f"R(v_{k}/√λ_{k})": value + Fraction(spectrum[k - 1]) / 2
                for k, value in enumerate(values(spectrum), start=1)
            },
            "minimum at λ_d": lambda spectrum, **_: {"lowest risk of the flows": values(spectrum)[-1]},
            "‖μ‖ = 1/λ_1": lambda spectrum, **_: {"‖μ‖² there": minimum(spectrum)[1] ** 2},
            "‖μ‖ = √λ_1": lambda spectrum, **_: {"‖μ‖² there": 1 / minimum(spectrum)[1]},
            "half of it outside": lambda spectrum, **_: {
                "part of ‖μ‖² outside the top eigenspace": minimum(spectrum)[1] / 2
            },
        }
