"""D3.1: mean and variance of the Tracy–Widom laws."""

from fractions import Fraction

from flint import arb

from checks.harness.kinds import Identity
from checks.harness.mutants import changed, scaled
from numerics import tracy_widom as floats
from theory.random_matrices import tracy_widom_moments as laws
from theory.random_matrices.tracy_widom import BETAS


class Moments(Identity):
    r"""Mean and variance of $F_1$ are −1.2065335745820… and 1.6077810345810…, of $F_2$ −1.7710868074116… and
    0.8131947928329…; of $F_4$, in the variable of the β-ensembles' edge, −2.0552… and 0.41…: integrals of $F$ and
    $1 - F$ by determinants, and of the density by Painlevé's equation.
    """

    label = "D3.1.moments"
    title = "Mean and variance of the Tracy–Widom laws"
    source = "F. Bornemann, arXiv:0904.1581; log-concavity: A. Prékopa's theorem for the density of a β-ensemble"
    uses = ("D3.1",)
    derivation = staticmethod(laws.moments_derivation)

    def cases(self):
        return [{"beta": beta} for beta in BETAS]

    def prediction(self, beta):
        return dict(zip(("mean", "variance"), laws.moments(beta), strict=True))

    def simulation(self, beta):
        return floats.moments(beta)

    def scale(self, **_):
        return 1

    def mutants(self):
        def other_scale(beta):
            mean, variance = laws.moments(beta)
            stretch = arb(4).root(3) / arb(2).sqrt() if beta == 4 else arb(1)
            return {"mean": mean * stretch, "variance": variance * stretch**2}

        def around_zero(beta):
            mean, variance = laws.moments(beta)
            return {"mean": mean, "variance": variance + mean**2}

        return {
            "the second moment": around_zero,
            "β = 4 in Tracy and Widom's variable": other_scale,
            "F_1 and F_2 taken for each other": changed(
                self.prediction, beta=lambda beta: {1: 2, 2: 1}.get(beta, beta)
            ),
            "off by a part in a million": scaled(self.prediction, 1 + Fraction(1, 10**6)),
        }
