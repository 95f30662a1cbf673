"""C7: constant and slowly falling steps, and steps with a finite sum."""

from flint import arb

from checks.harness.kinds import Limit
from numerics.ascent import step_sizes
from theory.subspace_recovery import ascent, schedules
from theory.subspace_recovery.gradient_noise import variance
from theory.subspace_recovery.objective import Model, slope

from .ascent import ASCENT, DERIVED, SIGNAL, error, run, wrong_errors

SIZES = [16, 64, 256, 1024]


def law(first, exponent, steps, d, beta, theta, share, **_):
    """Return the limit of N E(1 − m_T²), for constant steps with that of T → ∞ after N → ∞."""
    case = {"first": first, "exponent": exponent, "steps": steps, "d": d, "beta": beta, "theta": theta, "share": share}
    if exponent or steps < 16:
        return error(**case)
    model = Model.of(beta, theta, share)
    return error(**case).union((d - 1) * variance(model) * ascent.plateau(model, first))


def growth(between, limit=law, **case):
    """Return by how much the limit of N E(1 − m²) grows between two numbers of steps."""
    early, late = (limit(steps=steps, **case) if steps else arb(0) for steps in between)
    return late - early


class SlowSteps(Limit):
    r"""The law of C5 holds also for $\alpha \in [0, 1/2]$, where $\sum_t \eta_t^2 = \infty$: as $N \to \infty$ at
    fixed $T$, and then $T \to \infty$, $E(1 - m_T^2)$ falls as $T^{-\alpha}$ for $0 < \alpha \le 1/2$, and stays at the
    height $(d - 1)\sigma^2\eta/(J'(1)(2 + \eta(4\beta^2 + J'(1))))$ for constant steps, to the leading order in $1/N$.
    (The hypothesis $\alpha > 1/2$ is sufficient, not necessary, for this. Observed: the height at $\alpha = 0$ after 16
    steps, and how much $N E(1 - m_T^2)$ changes from $T = 4$ to $T = 16$ at $\alpha = 0, 0.3, 0.5$.)
    """

    label = "C7"
    title = "Constant steps level off; α ≤ 1/2 does not"
    source = DERIVED
    assumptions = (*ASCENT, "d and T fixed, N → ∞; T → ∞ after that")
    uses = ("C5",)
    exponents = (1, 2)
    resolution = 0.14
    replicates = Limit.each(1536)
    block = 128
    derivation = staticmethod(schedules.slow_derivation)

    def cases(self):
        return [
            {"first": 0.5, "exponent": exponent, "between": between, "d": 33, **SIGNAL, "sizes": SIZES}
            for exponent, between in ((0.0, [0, 16]), (0.0, [4, 16]), (0.3, [4, 16]), (0.5, [4, 16]))
        ]

    def prediction(self, **case):
        return growth(**case)

    def scale(self, between, **case):
        """Return the error after the first steps that are taken."""
        return float(law(steps=between[0] or between[1], **case).mid())

    def simulation(self, rng, n, size, first, exponent, between, **case):
        sizes, found = step_sizes(first, exponent, between[1]), [1.0]
        for steps in filter(len, (sizes[: between[0]], sizes[between[0] :])):
            found.append(run(rng, n, size, found[-1], sizes=steps, **case))
        return size * (found[-2] ** 2 - found[-1] ** 2)

    def mutants(self):
        def of(limit):
            return lambda **case: growth(limit=limit, **case)

        def at_another(exponent):
            return lambda **case: growth(limit=lambda **now: law(**{**now, "exponent": exponent}), **case)

        return {name: of(wrong) for name, wrong in wrong_errors(law).items() if name != "σ² without 1/N"} | {
            "every schedule levels off": at_another(0.0),
            "constant steps fall as √T": at_another(0.5),
            "1/T for T^−α": at_another(1.0),
            "the sum of squared steps": of(lambda **case: self.wandered(**case)),
        }

    def wandered(self, first, exponent, steps, d, beta, theta, share, **_):
        """Return what the error would be if nothing pulled it back: it would grow with Σ η²."""
        sizes = ascent.step_sizes(first, exponent, steps)
        return (d - 1) * variance(Model.of(beta, theta, share)) * sum((size**2 for size in sizes), arb(0))


class FastSteps(Limit):
    r"""For $\alpha > 1$ and a symmetric sign the ascent does not reach $u$: as $N \to \infty$ at fixed $d$ and $T$ it
    is the map whose angle $\phi$ to $u$ obeys $\tan\phi' = \tan\phi/(1 + \eta J'(m)/(m(1 + 2\beta^2\eta)))$. After
    $T$ steps $\tan\phi$ falls by the factor $\exp(-K\sum_{t>T}\eta_t)$ at most, for Rademacher signs $K =
    2\beta^2\theta^2(2 + \theta^2)$; so it stops, and where depends on the start. (Observed: the difference of
    $E(1 - m_T^2)$ between two starts, after so many steps that by this bound the rest of them hardly counts. It would
    be 0 if both came to $u$.)
    """

    label = "C7.fast"
    title = "Steps with a finite sum stop at a distance that depends on the start"
    source = DERIVED
    assumptions = (*ASCENT, "symmetric latent sign", "d and T fixed, N → ∞; T → ∞ after that")
    exponents = (1, 2)
    resolution = 0.04
    replicates = Limit.each(1024)
    block = 64
    uses = ("C1",)
    derivation = staticmethod(schedules.stops_derivation)

    def cases(self):
        return [
            {
                "first": 1.25,
                "exponent": 3,
                "steps": 10,
                "starts": [0.25, 0.75],
                "d": 9,
                **SIGNAL,
                "sizes": [32, 128, 512, 2048],
            },
        ]

    def prediction(self, starts, **case):
        low, high = (self.stop(start=start, **case) for start in starts)
        return low - high

    def stop(self, start, first, exponent, steps, beta, theta, share, **_):
        """Return 1 − m² in the limit N → ∞, from the time T on."""
        return schedules.stop(Model.of(beta, theta, share), start, first, exponent, steps)

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
            "α = 2": lambda exponent, steps, **case: self.prediction(exponent=2, steps=1000, **case),
            "c² for c": lambda first, **case: self.prediction(first=first**2, **case),
            "it stops after a step": lambda steps, **case: self.after(steps=1, **case),
        }

    def after(self, starts, first, exponent, steps, beta, theta, share, **_):
        """Return the difference after some steps."""
        sizes, model = ascent.step_sizes(first, exponent, steps), Model.of(beta, theta, share)
        low, high = (1 / (1 + schedules.drifted(model, start, sizes) ** 2) for start in starts)
        return high - low

    def contracted(self, starts, first, exponent, steps, beta, theta, share, **_):
        """Return what the linearised map would give from far away."""
        total = sum(ascent.step_sizes(first, exponent, steps), arb(0))
        factor = (-2 * slope(Model.of(beta, theta, share), 1) * total).exp()
        low, high = ((1 - arb(m) ** 2) / arb(m) ** 2 * factor for m in starts)
        return low / (1 + low) - high / (1 + high)
