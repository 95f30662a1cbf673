"""C2 in finite prompts: the objective is affine in the dimension, exactly."""

import numpy as np
from hypothesis import strategies as st

from checks.harness.intervals import ChiSquared
from checks.harness.kinds import Identity, Mean
from numerics.measured import Measured
from numerics.signal_cubature import cubature_square
from numerics.signal_draws import drawn_rests
from numerics.signal_tokens import plane_of
from theory.subspace_recovery import finite_dimension

from .draws import alignments, betas, rotations, strengths
from .source import MODEL, SOURCE


class FiniteDimension(Identity):
    r"""For every $M + K = N \ge 1$, $d \ge 2$, law of the latent sign and unit query $q$:
    $J_{N,d}(q) = E\lVert o(q)\rVert^2 = J_{N,2}(m) + (d - 2)\,E\sum_i w_i^2$, and neither term sees more of $q$ than
    $m = q \cdot u$. Observed for two and three tokens in $d \le 5$ as $(J_{N,d} - J_{N,2})/E\sum_i w_i^2 = d - 2$.
    """

    label = "C2.finite"
    title = "In every finite prompt the objective is affine in the dimension"
    source = f"{SOURCE}; derived here"
    assumptions = MODEL
    derivation = staticmethod(finite_dimension.derivation)
    examples = Identity.fewer(4)

    def cases(self):
        return st.fixed_dictionaries(
            {
                "counts": st.sampled_from([[1, 1], [2, 0], [0, 2], [1, 2], [2, 1]]),
                "beta": betas(1.0),
                "theta": strengths,
                "latent": st.sampled_from(["rademacher", "constant"]),
                "alignment": alignments,
                "dimension": st.integers(2, 5),
                "rotation": rotations,
            }
        )

    def prediction(self, dimension, **_):
        return dimension - 2

    def simulation(self, counts, beta, theta, latent, alignment, dimension, rotation):
        rng = np.random.default_rng(rotation)
        found, plane = (
            cubature_square(plane_of(alignment, d, rng)[0], beta, theta, counts[0], counts[1], latent)
            for d in (dimension, 2)
        )
        slope = (found["square"].value - plane["square"].value) / plane["weights"].value
        off = found["square"].error + plane["square"].error + abs(slope) * plane["weights"].error
        return Measured(slope, off / plane["weights"].value)

    def scale(self, **_):
        return 1

    def mutants(self):
        return {
            "d − 1": lambda dimension, **_: dimension - 1,
            "d": lambda dimension, **_: dimension,
            "no dependence on d": lambda **_: 0,
            "the nuisance tokens' alone": lambda counts, dimension, **_: (dimension - 2) * (counts[1] > 0),
        }


class Rest(Mean):
    r"""For every $M + K = N \ge 1$, $d > 2$ and law of the latent sign: given the weights, the part of $o(q)$ that is
    orthogonal to $q$ and $u$ is $N(0, \sum_i w_i^2)$ in each of $d - 2$ directions, so its square over
    $\sum_i w_i^2$ is $\chi^2_{d-2}$ and has the mean $d - 2$. Observed with drawn tokens in $d = 12$.
    """

    label = "C2.rest"
    title = "What of the output is across query and signal is chi-squared with d − 2 degrees of freedom"
    source = f"{SOURCE}; derived here"
    assumptions = MODEL
    uses = ("C2.finite",)
    known = ChiSquared(10)
    resolution = 0.02
    block = 1024
    derivation = staticmethod(finite_dimension.derivation)

    def cases(self):
        points = (
            (8, 8, 1.0, 1.5, "rademacher", 0.5),
            (0, 12, 2.0, 0.0, "constant", 1.0),
            (9, 3, 0.5, 2.0, "gaussian", -0.25),
        )
        names = ("informative", "nuisance", "beta", "theta", "latent", "alignment")
        return [{**dict(zip(names, point, strict=True)), "dimension": 12} for point in points]

    def prediction(self, dimension, **_):
        return dimension - 2

    def simulation(self, rng, n, informative, nuisance, beta, theta, latent, alignment, dimension):
        return drawn_rests(rng, n, alignment, beta, theta, informative, nuisance, dimension, latent)

    def mutants(self):
        return {
            "d − 1": lambda dimension, **_: dimension - 1,
            "d − 3": lambda dimension, **_: dimension - 3,
            "d": lambda dimension, **_: dimension,
        }
