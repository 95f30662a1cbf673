"""C5 and C7: how far from the signal direction projected stochastic gradient ascent is after T steps."""

from fractions import Fraction

import numpy as np
from flint import arb

from checks.harness.kinds import Limit, Mean
from checks.harness.mutants import scaled, shifted
from numerics.ascent import Tokens, ascend, linearised, step_sizes
from numerics.measured import Measured
from numerics.prompts import directions
from numerics.reduced_ascent import ascend as reduced_ascend
from theory.subspace_recovery import ascent
from theory.subspace_recovery.gradient_noise import variance
from theory.subspace_recovery.objective import Model, slope

from .source import MODEL, SOURCE

ASCENT = (
    *MODEL,
    "ascent: q + η_t g, brought back to the sphere; g the gradient of ‖o(q)‖² on N fresh tokens, η_t = c t^{−α}",
)
DERIVED = f"{SOURCE}; derived here"
HALF = {"beta": 0.5, "theta": 2.0, "share": 0.5}
SIZES = [8, 32, 128, 512]


def run(rng, n, size, start, d, beta, theta, share, sizes):
    """Return the alignments of n runs after those steps, with N = ``size`` tokens a step."""
    informative = round(share * size)
    tokens = Tokens(informative, size - informative, d, theta, beta)
    return reduced_ascend(rng, np.full(n, start), tokens, sizes)


def errors(rng, n, size, first, exponent, steps, **case):
    """Return N(1 − m²) after T steps from u."""
    m = run(rng, n, size, 1.0, sizes=step_sizes(first, exponent, steps), **case)
    return size * (1 - m) * (1 + m)


def error(first, exponent, steps, d, beta, theta, share, **_):
    """Return the limit of N E(1 − m²) after T steps from u."""
    return ascent.error(Model.of(beta, theta, share), d, ascent.step_sizes(first, exponent, steps))


def wrong_errors(limit=error):
    """Return wrong laws of the error."""

    def recursion(rate=1, shortened=True):
        def mutant(first, exponent, steps, d, beta, theta, share, **_):
            model, sizes = Model.of(beta, theta, share), ascent.step_sizes(first, exponent, steps)
            there = slope(model, 1) * rate
            if not shortened:
                sizes = [size / (1 - size * (2 * beta**2 + there)) for size in sizes]
            return (d - 1) * variance(model) * ascent.spread_of(there, model.beta, sizes)

        return mutant

    return {
        "the normalisation forgotten: η for its effective size": recursion(shortened=False),
        "2J'(1) for J'(1)": recursion(rate=2),
        "J'(1)/2 for J'(1)": recursion(rate=arb(1) / 2),
        "c² for c": lambda first, **case: limit(first=first**2, **case),
        "σ² without 1/N": lambda sizes, **case: sizes[-1] * limit(**case),
        "σ² of the whole gradient, once": lambda d, **case: limit(d=2, **case),
    }


class ErrorLaw(Limit):
    r"""From $q = u$, for every $T$, $\eta_t = c\,t^{-\alpha}$, $d \ge 2$, $\beta > 0$, $\theta$, $\pi$ and Rademacher
    signs, as $N \to \infty$: $N E(1 - m_T^2) \to (d - 1)\,N\sigma^2\,S_T$, $S_t = (1 - \tilde\eta_t J'(1))^2 S_{t-1} +
    \tilde\eta_t^2$, $S_0 = 0$, $\tilde\eta = \eta/(1 + \eta(2\beta^2 + J'(1)))$. As $T \to \infty$, $T^\alpha S_T \to
    c/(2J'(1))$ for $0 < \alpha < 1$, and $c^2/(2cJ'(1) - 1)$ for $\alpha = 1$ and $2cJ'(1) > 1$. (So $\alpha > 1/2$ is
    sufficient for this law, not necessary.)
    """

    label = "C5"
    title = "The error of projected ascent after T steps"
    source = DERIVED
    assumptions = (*ASCENT, "d and T fixed, N → ∞")
    uses = ("C5.noise",)
    exponents = (1, 2)
    resolution = 0.1
    replicates = Limit.each(4096)
    block = 128
    derivation = staticmethod(ascent.derivation)

    def cases(self):
        return [
            {"first": 0.5, "exponent": exponent, "steps": 8, "d": 17, **HALF, "sizes": SIZES} for exponent in (0.7, 1.0)
        ]

    def prediction(self, **case):
        return error(**case)

    def simulation(self, rng, n, size, **case):
        return errors(rng, n, size, **case)

    def mutants(self):
        return wrong_errors()


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
        return law if case["exponent"] else height(**case).union(law)  # equal but for what eight steps leave, 2e-6

    def simulation(self, rng, n, size, **case):
        return errors(rng, n, size, **case)

    def mutants(self):
        return wrong_errors(self.prediction) | {
            "d for d − 1": shifted(self.prediction, d=1),
            "1/T for T^−α": lambda **case: self.prediction(**case) * arb(case["steps"]) ** (case["exponent"] - 1),
        }


def height(first, d, beta, theta, share, **_):
    """Return the limit of N E(1 − m²) at constant steps as N → ∞, and then T → ∞."""
    model = Model.of(beta, theta, share)
    return (d - 1) * variance(model) * ascent.plateau(model, first)


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
    derivation = staticmethod(ascent.stops_derivation)

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
        return 1 - ascent.drifted(Model.of(beta, theta, share), start, sizes) ** 2

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


class LawInTime(Limit):
    r"""For $\alpha = 1$, $2cJ'(1) > 1$ and $N = 8T$, from $q = u$, as $T \to \infty$ at fixed $d$: $N\,T\,E(1 - m_T^2)
    \to (d - 1)\,N\sigma^2\,c^2/(2cJ'(1) - 1)$.
    """

    label = "C5.time"
    title = "The error of projected ascent falls as 1/T for steps c/t"
    source = DERIVED
    assumptions = (*ASCENT, "d fixed, N = 8T, T → ∞")
    uses = ("C5",)
    exponents = (1, 2)
    resolution = 0.2
    replicates = Limit.each(768)
    block = 64
    derivation = staticmethod(ascent.derivation)

    def cases(self):
        return [{"first": 0.625, "d": 33, **HALF, "sizes": [4, 12, 36, 108]}]

    def prediction(self, first, d, beta, theta, share, **_):
        model = Model.of(beta, theta, share)
        return (d - 1) * variance(model) * ascent.decay(model, first, 1)

    def simulation(self, rng, n, size, first, **case):
        return size * errors(rng, n, 8 * size, first=first, exponent=1.0, steps=size, **case)

    def mutants(self):
        def by(change):
            def mutant(first, d, beta, theta, share, **_):
                model = Model.of(beta, theta, share)
                return (d - 1) * variance(model) * change(arb(first), slope(model, 1))

            return mutant

        return {
            "without −1: c²/(2cJ'(1))": by(lambda c, there: c / (2 * there)),
            "2J'(1) for J'(1)": by(lambda c, there: c**2 / (4 * c * there - 1)),
            "c² for c": by(lambda c, there: c**4 / (2 * c**2 * there - 1)),
            "σ² of the whole gradient, once": lambda d, **case: self.prediction(d=2, **case),
        }


class Decay(Limit):
    r"""For $v_t = ((1 + 2\beta^2\eta_t)v_{t-1} + \eta_t\xi_t)/(1 + 2\beta^2\eta_t + J'\eta_t)$ from $v_0 = 0$ with
    independent $\xi_t$ of mean 0 and variance 1, $J' > 0$, $\eta_t = c\,t^{-\alpha}$: $T^\alpha E v_T^2 \to c/(2J')$
    for all $\alpha \in (0, 1)$. Observed at $\alpha = 0.3$ and $0.7$, without randomness.
    """

    label = "C5.decay"
    title = "The linear recursion falls as T^−α on either side of α = 1/2"
    source = f"K. L. Chung, doi:10.1214/aoms/1177728716; {DERIVED}"
    assumptions = ("linearised at u", "α < 1")
    exponents = (0.3, 0.6)  # T^{α−1}, and T^{−α} of the effective steps, with their squares
    resolution = 0.01
    derivation = staticmethod(ascent.derivation)

    def cases(self):
        return [
            {"slope": 3.0, "beta": 0.5, "first": 0.5, "exponent": exponent, "sizes": [10**3, 10**4, 10**5, 10**6]}
            for exponent in (0.3, 0.7)
        ]

    def prediction(self, slope, first, exponent, **_):
        return ascent.decay_of(arb(slope), first, exponent)

    def simulation(self, size, slope, beta, first, exponent):
        found = linearised(slope, beta, step_sizes(first, exponent, size))
        return Measured(found.value * size**exponent, found.error * size**exponent)

    def mutants(self):
        return {
            "J' for 2J'": scaled(self.prediction, 2),
            "2J' for J'": lambda slope, **case: self.prediction(slope=2 * slope, **case),
            "c² for c": lambda first, **case: self.prediction(first=first**2, **case),
            "as for α = 1": lambda slope, first, **_: arb(first) ** 2 / (2 * first * slope - 1),
        }


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
    derivation = staticmethod(ascent.uniform_derivation)

    def cases(self):
        return [{"counts": [3, 3], "d": 3, "beta": 1.0, "first": 0.5, "exponent": 0.5, "steps": 4}]

    def prediction(self, d, **_):
        return Fraction(1, d)

    def simulation(self, rng, n, counts, d, beta, first, exponent, steps):
        tokens = Tokens(*counts, d, 0.0, beta)
        return ascend(rng, directions(rng, n, d), tokens, step_sizes(first, exponent, steps))[:, 0] ** 2

    def mutants(self):
        return {
            "1/(d − 1)": lambda d, **_: arb(1) / (d - 1),
            "1/(d + 2)": lambda d, **_: arb(1) / (d + 2),
            "drawn to u": lambda **_: 1,
        }
