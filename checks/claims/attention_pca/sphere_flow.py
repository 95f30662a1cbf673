"""A2.4: where the flow on the unit sphere ends."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from checks.harness.mutants import changed
from numerics import landscapes, prompts
from numerics.flows import flow_to_rest
from numerics.measured import Measured
from theory.attention_pca import sphere_flow

from .draws import like
from .source import SOURCE
from .sphere import temperatures


@st.composite
def starts(draw):
    """Draw a spectrum, β and a start with parts along v_1 and v_d."""
    case = draw(temperatures(6))
    start = draw(like(case["spectrum"]))
    return {
        **case,
        "start": [start[0] or 1 / 128, *start[1:-1], start[-1] or 1 / 128],
        "rotation": draw(st.integers(0, 99)),
    }


class FlowOnTheSphere(Identity):
    r"""The flow of $R$ on $\lVert\mu\rVert = 1$ converges, from every start with parts in the eigenspaces of
    $\lambda_1$ and $\lambda_d$, to the minimiser of A1.8 with the start's direction in these eigenspaces: signs are
    kept, on both sides of $\beta_c$. For $\beta \le \beta_c$ a part along $v_1$ is enough.
    """

    label = "A2.4"
    title = "Flow on the sphere converges to the minimiser"
    source = SOURCE
    assumptions = ("Σ ≻ 0", "λ_1 > λ_d")
    uses = ("A1.8",)
    examples = Identity.fewer(2)
    derivation = staticmethod(sphere_flow.derivation)

    def cases(self):
        return starts()

    def prediction(self, spectrum, beta, start, **_):
        return {f"along v_{k}": entry for k, entry in enumerate(sphere_flow.limit(spectrum, beta, start), start=1)}

    def simulation(self, spectrum, beta, start, rotation):
        basis = prompts.rotation(np.random.default_rng(rotation), len(spectrum))
        landscape = landscapes.sphere(prompts.covariance(spectrum, basis), beta)
        unit = basis @ start / np.linalg.norm(start)
        ends = flow_to_rest(landscape.gradient, unit[None])
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
            "v_2 in place of v_d": lambda spectrum, beta, start, **_: {
                "along v_1": Fraction(0),
                **{f"along v_{k}": Fraction(k == 2) for k in range(2, len(start) + 1)},
            },
        }
