"""A2.1: where the gradient flow ends."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from checks.harness.mutants import scaled
from numerics import landscapes, prompts
from numerics.flows import flow_to_limit
from numerics.measured import Measured
from theory import exact as exactly
from theory.attention_pca import gradient_flow

from .draws import gapped_ratio, like, rotations, separated_ratio, spectra
from .source import SOURCE


@st.composite
def starts(draw, largest_dimension, ratios, count):
    """Draw a spectrum and starts with a part along v_1."""
    spectrum = draw(spectra(largest_dimension, ratios))
    drawn = [draw(like(spectrum)) for _ in range(count)]
    return {
        "spectrum": spectrum,
        "starts": [[start[0] or 1 / 128, *start[1:]] for start in drawn],
        "rotation": draw(rotations),
    }


@st.composite
def lower_starts(draw):
    """Draw a spectrum and a start without a part in the leading eigenspaces, but with one in some eigenspace."""
    spectrum = draw(spectra(6, separated_ratio))
    without = draw(st.sampled_from([0.0, *sorted(set(spectrum), reverse=True)[:-1]]))
    start = draw(like(spectrum))
    kept = [0.0 if value >= without > 0 else entry for value, entry in zip(spectrum, start, strict=True)]
    return {"spectrum": spectrum, "starts": [[*kept[:-1], kept[-1] or 1 / 128]]}


def ends(spectrum, starts, basis):
    """Return the ends of the flows, along the eigenvectors."""
    flows = flow_to_limit(landscapes.low_rank(prompts.covariance(spectrum, basis)).gradient, np.array(starts) @ basis.T)
    return {
        f"start {i}, along v_{k}": Measured(entry, error)
        for i, (point, error) in enumerate(zip(flows.points @ basis, flows.errors, strict=True), start=1)
        for k, entry in enumerate(point, start=1)
    }


def limits(spectrum, starts, **_):
    """Return the predicted ends."""
    return {
        f"start {i}, along v_{k}": entry
        for i, start in enumerate(starts, start=1)
        for k, entry in enumerate(gradient_flow.limit(spectrum, start), start=1)
    }


WRONG_LIMITS = {
    "sign lost": lambda spectrum, starts, **_: limits(spectrum, [[abs(x) for x in start] for start in starts]),
    "length 1": lambda spectrum, starts, **_: {
        name: value * exactly.root(Fraction(spectrum[0])) for name, value in limits(spectrum, starts).items()
    },
    "half as long": scaled(limits, Fraction(1, 2)),
    "the start's largest part wins": lambda spectrum, starts, **_: limits(
        spectrum, [[x if abs(x) == max(map(abs, start)) else 0 for x in start] for start in starts]
    ),
}


class FlowToTheLeadingDirection(Identity):
    r"""From every start with $v_1\cdot\mu(0) \ne 0$ the flow $\mu' = -\nabla R$ converges to
    $\mathrm{sign}(v_1\cdot\mu(0))\,v_1/\sqrt{\lambda_1}$; if $\lambda_1$ is repeated, to
    $P_1\mu(0)/(\sqrt{\lambda_1}\,\lVert P_1\mu(0)\rVert)$ with $P_1$ the projection on its eigenspace.
    """

    label = "A2.1"
    title = "Gradient flow converges to the leading direction"
    source = SOURCE
    assumptions = ("Σ ≻ 0",)
    uses = ("A1.3",)
    examples = Identity.fewer(4)  # each runs three flows
    derivation = staticmethod(gradient_flow.derivation)
    prediction = staticmethod(limits)

    def cases(self):
        return starts(12, gapped_ratio, 3)

    def simulation(self, spectrum, starts, rotation):
        return ends(spectrum, starts, prompts.rotation(np.random.default_rng(rotation), len(spectrum)))

    def scale(self, spectrum, **_):
        return spectrum[0] ** -0.5

    def mutants(self):
        return WRONG_LIMITS


class FlowFromASubspace(Identity):
    r"""From a start without a part in the eigenspaces above $\lambda$ but with one, $P_\lambda\mu(0) \ne 0$, in that
    of $\lambda$, the flow converges to $P_\lambda\mu(0)/(\sqrt\lambda\,\lVert P_\lambda\mu(0)\rVert)$: to the best
    eigenvector in its support. Such starts are a null set.
    """

    label = "A2.1.subspace"
    title = "Flow from a start in the span of lower eigenvectors"
    source = SOURCE
    assumptions = ("Σ ≻ 0",)
    uses = ("A1.3",)
    examples = Identity.fewer(3)
    derivation = staticmethod(gradient_flow.derivation)
    prediction = staticmethod(limits)

    def cases(self):
        return lower_starts()

    def simulation(self, spectrum, starts):
        return ends(spectrum, starts, np.eye(len(spectrum)))  # a rotation would round the zeros of the start

    def scale(self, spectrum, **_):
        return spectrum[-1] ** -0.5

    def mutants(self):
        return {
            **{name: wrong for name, wrong in WRONG_LIMITS.items() if name != "length 1"},
            "the leading eigenvector all the same": lambda spectrum, starts, **_: limits(
                spectrum, [[1, *start[1:]] for start in starts]
            ),
        }
