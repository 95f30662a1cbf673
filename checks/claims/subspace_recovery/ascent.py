"""C5: how far from the signal direction projected stochastic gradient ascent is after T steps."""

import numpy as np
from flint import arb

from checks.harness.kinds import Limit
from checks.harness.mutants import scaled
from numerics.ascent import Tokens, linearised, step_sizes
from numerics.measured import Measured
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
SIGNAL = {"beta": 0.625, "theta": 1.25, "share": 0.75}
"""J'(1) = 2.13: 2β² = 0.78 counts beside it, and no two of 4β², 2β², β, βθ and 1 are equal."""

SIZES = [64, 256, 1024, 4096]


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

    def recursion(rate=1, radial=2, shortened=True):
        """Take another J'(1), another factor of β² in η̃, or η for η̃."""

        def mutant(first, exponent, steps, d, beta, theta, share, **_):
            model, spread = Model.of(beta, theta, share), arb(0)
            there = slope(model, 1) * rate
            for size in ascent.step_sizes(first, exponent, steps):
                step = size / (1 + size * (radial * beta**2 + there)) if shortened else size
                spread = (1 - step * there) ** 2 * spread + step**2
            return (d - 1) * variance(model) * spread

        return mutant

    return {
        "the normalisation forgotten: η for its effective size": recursion(shortened=False),
        "2β² forgotten in the effective step": recursion(radial=0),
        "4β² for 2β² in the effective step": recursion(radial=4),
        "2J'(1) for J'(1)": recursion(rate=2),
        "J'(1)/2 for J'(1)": recursion(rate=arb(1) / 2),
        "π ↔ 1 − π": lambda share, **case: limit(share=1 - share, **case),
        "c² for c": lambda first, **case: limit(first=first**2, **case),
        "σ² without 1/N": lambda sizes, **case: sizes[-1] * limit(**case),
        "σ² of the whole gradient, once": lambda d, **case: limit(d=2, **case),
    }


class ErrorLaw(Limit):
    r"""From $q = u$, for every $T$, $\eta_t = c\,t^{-\alpha}$, $d \ge 2$, $\beta > 0$, $\theta$, $\pi$ and Rademacher
    signs, as $N \to \infty$ at fixed $T$: $N E(1 - m_T^2) \to (d - 1)\,N\sigma^2\,S_T$, $S_t = (1 - \tilde\eta_t
    J'(1))^2 S_{t-1} + \tilde\eta_t^2$, $S_0 = 0$, $\tilde\eta = \eta/(1 + \eta(2\beta^2 + J'(1)))$. As $T \to \infty$
    after that, in $S_T$ alone: $T^\alpha S_T \to c/(2J'(1))$ for $0 < \alpha < 1$, and $c^2/(2cJ'(1) - 1)$ for
    $\alpha = 1$ and $2cJ'(1) > 1$. (So $\alpha > 1/2$ is sufficient for this law, not necessary. Both limits at once:
    C5.time.)
    """

    label = "C5"
    title = "The error of projected ascent after T steps"
    source = DERIVED
    assumptions = (*ASCENT, "d and T fixed, N → ∞")
    uses = ("C1", "C5.noise")
    exponents = (1, 2)
    resolution = 0.1
    replicates = Limit.each(2048)
    block = 128
    derivation = staticmethod(ascent.derivation)

    def cases(self):
        return [
            {"first": 2.0, "exponent": exponent, "steps": 3, "d": 17, **SIGNAL, "sizes": SIZES}
            for exponent in (0.7, 1.0)
        ]

    def prediction(self, **case):
        return error(**case)

    def simulation(self, rng, n, size, **case):
        return errors(rng, n, size, **case)

    def mutants(self):
        return wrong_errors()


class LawInTime(Limit):
    r"""For $\alpha = 1$, $2cJ'(1) > 1$ and Rademacher signs, from $q = u$ at fixed $d$, as $N$ and $T$ tend to infinity
    together, $T \le N^K$ for some $K$: $N\,T\,E(1 - m_T^2) \to (d - 1)\,N\sigma^2\,c^2/(2cJ'(1) - 1)$. Observed for
    $N = 8T$.
    """

    label = "C5.time"
    title = "The error of projected ascent falls as 1/T for steps c/t"
    source = DERIVED
    assumptions = (*ASCENT, "d fixed, N and T → ∞ together, T ≤ N^K")
    uses = ("C5",)
    exponents = (1, 2)
    resolution = 0.2
    replicates = Limit.each(640)
    block = 64
    derivation = staticmethod(ascent.in_time)

    def cases(self):
        return [{"first": 1.5, "d": 33, **SIGNAL, "sizes": [6, 18, 54, 162]}]

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
            "c for c²": by(lambda c, there: c / (2 * c * there - 1)),
            "σ² of the whole gradient, once": lambda d, **case: self.prediction(d=2, **case),
            "π ↔ 1 − π": lambda share, **case: self.prediction(share=1 - share, **case),
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
            {"slope": 3.0, "beta": 0.625, "first": 0.75, "exponent": exponent, "sizes": [10**3, 10**4, 10**5, 10**6]}
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
