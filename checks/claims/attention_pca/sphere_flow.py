"""A2.4: where the flow on the unit sphere ends."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from checks.harness.mutants import changed
from numerics import landscapes, prompts
from numerics.flows import flow_to_limit
from numerics.measured import Measured
from theory.attention_pca import sphere_flow

from .draws import like, rotations, separated_ratio, spectra
from .source import SOURCE
from .sphere import temperatures


@st.composite
def starts(draw):
    """Draw a spectrum, a start with parts for two eigenvalues at least, and β for those that it has."""
    spectrum = draw(spectra(6, separated_ratio).filter(lambda values: values[0] > values[-1]))
    start = draw(like(spectrum))
    start = [start[0] or 1 / 128, *start[1:-1], start[-1] or 1 / 128]
    lowest, second = spectrum[-1], min(value for value in spectrum if value > spectrum[-1])
    without = draw(st.booleans()) and second < spectrum[0]
    if without:  # then the smallest eigenvalue that the start has is the second
        start = [0.0 if value == lowest else x or 1 / 128 for value, x in zip(spectrum, start, strict=True)]
    beta = draw(temperatures([value for value, x in zip(spectrum, start, strict=True) if x]))
    # A rotation would round the zeros of a start.
    return {"spectrum": spectrum, "beta": beta, "start": start, "rotation": None if without else draw(rotations)}


class FlowOnTheSphere(Identity):
    r"""The flow of $R$ on $\lVert\mu\rVert = 1$ converges, from every start, to the minimiser of A1.8 on the span of
    the eigenspaces in which the start has a part, with the start's direction in each eigenspace: from every start with
    parts for $\lambda_1$ and $\lambda_d$ to the minimiser on the sphere, signs kept, on both sides of $\beta_c$. For
    $\beta \le \beta_c$ a part for $\lambda_1$ is enough.
    """

    label = "A2.4"
    title = "Flow on the sphere converges to the minimiser"
    source = SOURCE
    assumptions = ("Σ ≻ 0", "λ_1 > λ_d")
    uses = ("A1.8",)
    examples = Identity.fewer(4)
    derivation = staticmethod(sphere_flow.derivation)

    def cases(self):
        return starts()

    def prediction(self, spectrum, beta, start, **_):
        return {f"along v_{k}": entry for k, entry in enumerate(sphere_flow.limit(spectrum, beta, start), start=1)}

    def simulation(self, spectrum, beta, start, rotation):
        d = len(spectrum)
        basis = np.eye(d) if rotation is None else prompts.rotation(np.random.default_rng(rotation), d)
        landscape = landscapes.sphere(prompts.covariance(spectrum, basis), beta)
        unit = basis @ start / np.linalg.norm(start)
        ends = flow_to_limit(landscape.gradient, unit[None])
        end = basis.T @ ends.points[0] / np.linalg.norm(ends.points[0])
        return {f"along v_{k}": Measured(entry, 2 * float(ends.errors[0])) for k, entry in enumerate(end, start=1)}

    def scale(self, **_):
        return 1

    def mutants(self):
        right = self.prediction
        return {
            "always v_1": lambda spectrum, start, **_: {
                f"along v_{k}": (entry > 0) - (entry < 0) if k == 1 else 0 for k, entry in enumerate(start, start=1)
            },
            "signs lost": changed(right, start=lambda start: [abs(entry) for entry in start]),
            "β²": changed(right, beta=lambda beta: beta**2),
            "v_d without a part of the start": changed(right, start=lambda start: [x or 1 / 128 for x in start]),
            "v_2 in place of v_d": lambda spectrum, beta, start, **_: {
                "along v_1": Fraction(0),
                **{f"along v_{k}": Fraction(k == 2) for k in range(2, len(start) + 1)},
            },
        }
