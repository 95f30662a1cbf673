"""C7: constant and slowly falling steps, steps with a finite sum, and ascent without a signal."""

from fractions import Fraction

from flint import arb

from checks.harness.kinds import Limit, Mean
from checks.harness.mutants import shifted
from numerics.ascent import Tokens, ascend, step_sizes
from numerics.prompts import directions
from theory.subspace_recovery import ascent, schedules
from theory.subspace_recovery.gradient_noise import variance
from theory.subspace_recovery.objective import Model, slope

from .ascent import ASCENT, DERIVED, HALF, SIZES, error, errors, run, wrong_errors


def height(first, d, beta, theta, share, **_):
    """Return the limit of N E(1 − m²) at constant steps as N → ∞, and then T → ∞."""
    model = Model.of(beta, theta, share)
    return (d - 1) * variance(model) * ascent.plateau(model, first)


class SlowSteps(Limit):
    r"""The law of C5 holds also for $\alpha \in [0, 1/2]$, where $\sum_t \eta_t^2 = \infty$: the error falls as
    $T^{-\alpha}$ for $0 < \alpha \le 1/2$, and stays at the height $(d - 1)\sigma^2\eta/(J'(1)(2 + \eta(4\beta^2 +
    J'(1))))$ for constant steps, to the leading order in $1/N$. (The hypothesis $\alpha > 1/2$ is sufficient, not
    necessary, for this.)
    """

    label = "C7"
    title = "Constant steps level off; α ≤ 1/2 does not"
    source = DERIVED
    assumptions = (*ASCENT, "d and T fixed, N → ∞; the plateau as T → ∞ after that")
    uses = ("C5",)
    exponents = (1, 2)
    resolution = 0.16
    replicates = Limit.each(4096)
    block = 128
    derivation = staticmethod(ascent.derivation)

    def cases(self):
        return [
            {"first": 0.5, "exponent": exponent, "steps": 8, "d": 5, **HALF, "sizes": SIZES}
            for exponent in (0.0, 0.3, 0.5)
        ]

    def prediction(self, **case):
        law = error(**case)
        return law if case["exponent"] else height(**case).union(law)  # T → ∞ first or N

    def simulation(self, rng, n, size, **case):
        return errors(rng, n, size, **case)

    def mutants(self):
        return wrong_errors(self.prediction) | {
            "d for d − 1": shifted(self.prediction, d=1),
            "1/T for T^−α": lambda **case: self.prediction(**case) * arb(case["steps"]) ** (case["exponent"] - 1),
        }


class FastSteps(Limit):
    r"""For $\alpha > 1$ the ascent does not reach $u$: as $N \to \infty$ at fixed $d$ it is the map whose angle $\phi$
    to $u$ obeys $\tan\phi' = \tan\phi/(1 + \eta J'(m)/(m(1 + 2\beta^2\eta)))$, and where it stops depends on where
    it starts, as $\sum_t \eta_t \to c\,\zeta(\alpha) < \infty$; near $u$ and for small steps the angle shrinks by
    $e^{-J'(1) c\zeta(\alpha)}$ in all. (Observed: the difference of $E(1 - m_T^2)$ between two starts, which would be
    0 if both came to $u$.)
    """

    label = "C7.fast"
    title = "Steps with a finite sum stop at a distance that depends on the start"
    source = DERIVED
    assumptions = (*ASCENT, "d and T fixed, N → ∞")
    exponents = (1, 2)
    resolution = 0.05
    replicates = Limit.each(1536)
    block = 64
    uses = ("C1",)
    derivation = staticmethod(schedules.stops_derivation)

    def cases(self):
        return [
            {"first": 0.4, "exponent": 2.0, "steps": 10, "starts": [0.25, 0.75], "d": 9, **HALF, "sizes": SIZES},
        ]

    def prediction(self, starts, **case):
        low, high = (self.stop(start=start, **case) for start in starts)
        return low - high

    def stop(self, start, first, exponent, steps, beta, theta, share, **_):
        """Return 1 − m_T² in the limit N → ∞."""
        sizes = ascent.step_sizes(first, exponent, steps)
        return 1 - schedules.drifted(Model.of(beta, theta, share), start, sizes) ** 2

    def simulation(self, rng, n, size, first, exponent, steps, starts, **case):
        low, high = (run(rng, n, size, start, sizes=step_sizes(first, exponent, steps), **case) for start in starts)
        return high**2 - low**2

    def scale(self, **_):
        return 1

    def mutants(self):
        return {
            "both come to u": lambda **_: 0,
            "neither moves": lambda starts, **_: arb(starts[1]) ** 2 - arb(starts[0]) ** 2,
            "the pull at u everywhere": self.contracted,
            "α = 1": lambda exponent, **case: self.prediction(exponent=1, **case),
            "c² for c": lambda first, **case: self.prediction(first=first**2, **case),
        }

    def contracted(self, starts, first, exponent, steps, beta, theta, share, **_):
        """Return what the linearised map would give from far away."""
        total = sum(ascent.step_sizes(first, exponent, steps), arb(0))
        factor = (-2 * slope(Model.of(beta, theta, share), 1) * total).exp()
        low, high = ((1 - arb(m) ** 2) / arb(m) ** 2 * factor for m in starts)
        return low / (1 + low) - high / (1 + high)


class Uniform(Mean):
    r"""Without signal, $\theta = 0$, from a uniform start: $E m_T^2 = 1/d$ exactly, for all $T$, $d$, $N$, $\beta$ and
    all steps.
    """

    label = "C7.uniform"
    title = "Without signal nothing is found"
    source = DERIVED
    assumptions = (*ASCENT, "θ = 0, q_0 uniform on the sphere")
    resolution = 0.05
    block = 1024
    derivation = staticmethod(schedules.uniform_derivation)

    def cases(self):
        return [{"counts": [3, 3], "d": 3, "beta": 1.0, "first": 0.5, "exponent": 0.5, "steps": 4}]

    def prediction(self, d, **_):
        return Fraction(1, d)

    def simulation(self, rng, n, counts, d, beta, first, exponent, steps):
        tokens = Tokens(counts[0], counts[1], d, 0.0, beta)
        return ascend(rng, directions(rng, n, d), tokens, step_sizes(first, exponent, steps))[:, 0] ** 2

    def mutants(self):
        return {
            "1/(d − 1)": lambda d, **_: arb(1) / (d - 1),
            "1/(d + 2)": lambda d, **_: arb(1) / (d + 2),
            "drawn to u": lambda **_: 1,
        }
