"""C4: a constant latent sign: the boundary of recovery from everywhere, and the unstable equilibrium beyond it."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Bound, Identity
from checks.harness.mutants import changed, scaled
from numerics import recovery_flow
from numerics.signal_prompt import Recovery
from numerics.signal_tokens import plane_of
from theory import exact as exactly
from theory.subspace_recovery import constant_sign, recovery_time
from theory.subspace_recovery.objective import Model, at, mean_weight, slope

from .source import MODEL, SOURCE

CONSTANT = (*MODEL, "N → ∞, d/N → δ", "s ≡ 1", "0 < π < 1, θ > 0")
POSITION, GROWTH = "m*", "rate at which m leaves it"


@st.composite
def models(draw):
    """Draw β, θ, π and δ on both sides of the boundary."""
    return {
        "beta": draw(st.integers(7, 16)) / 8,
        "theta": draw(st.integers(6, 14)) / 8,
        "share": draw(st.sampled_from([1, 2, 3, 5])) / 8,
        "ratio": draw(st.sampled_from([0.0, 0.125, 0.25])),
    }


def theory(beta, theta, share, ratio):
    """Return the theory's model of a case."""
    return Model.of(beta, theta, share, ratio, "constant")


def recovery(beta, theta, share, ratio):
    """Return the simulation's model of a case."""
    return Recovery(beta, theta, share, ratio, "constant")


def other_balance(latent, balance):
    """Return the prediction of the boundary at δ = 0 by another balance of x, θ² and the weight of a latent sign."""

    def boundary(theta, share, **_):
        strength = exactly.enclosed(Fraction(theta))
        model, weight = Model.of(1, 1, share, 0, latent), mean_weight(latent)  # at βθ = 1, x = m

        def at_position(position):
            return balance(position, strength**2, at(weight, model, position))

        return -constant_sign.isolated(at_position, Fraction(-8), Fraction(0)) / strength

    return boundary


class Boundary(Identity):
    r"""$s \equiv 1$: displacements from $-u$ grow like $e^{J'(-1)t}$, and $J'(-1) > 0$ iff
    $\beta\theta < |x_\delta|$, with $x_\delta$ the only root of
    $F(x) = (1-\pi+\pi e^x)\,[1 + \frac{\pi}{1-\pi}e^x + x + \theta^2w] - \delta e^{\beta^2}(1 - e^x)$,
    $w = \pi e^x/(1-\pi+\pi e^x)$. At $\delta = 0$ it is the root of $1 + (1-w)(x + \theta^2w)$, and
    $1 < |x_0| < 1 + \frac{\pi}{1-\pi} + \theta^2\pi$. There is one such $\beta$ for all $\theta, \pi, \delta$.
    """

    label = "C4"
    title = "Constant sign: boundary of recovery from everywhere"
    source = f"{SOURCE}; δ > 0 and uniqueness are derived here"
    assumptions = CONSTANT
    uses = ("C3",)
    derivation = staticmethod(constant_sign.derivation)

    def cases(self):
        points = (
            (1.0, 0.5, 0.0),
            (2.0, 0.125, 0.0),
            (0.75, 0.75, 0.0),
            (1.5, 0.625, 0.0),
            (1.0, 0.5, 0.25),
            (1.5, 0.25, 1.0),
        )
        return [dict(zip(("theta", "share", "ratio"), point, strict=True)) for point in points]

    def prediction(self, theta, share, ratio):
        return constant_sign.boundary(theta, share, ratio)

    def simulation(self, theta, share, ratio):
        return recovery_flow.boundary(theta, share, ratio, "constant", 1 / 16, 4.0)

    def mutants(self):
        right = self.prediction
        return {
            "β in place of βθ": lambda theta, **case: right(theta, **case) * exactly.enclosed(Fraction(theta)),
            "θ² in place of θ": changed(right, theta=lambda theta: theta**2),
            "1 − π in place of π": changed(right, share=lambda share: 1 - share),
            "δ forgotten": changed(right, ratio=lambda ratio: 0),
            "w by the Rademacher sign": other_balance("rademacher", lambda x, v, w: 1 + (1 - w) * (x + v * w)),
            "1 − w forgotten": other_balance("constant", lambda x, v, w: 1 + x + v * w),
            "w in place of 1 − w": other_balance("constant", lambda x, v, w: 1 + (1 + w) * (x + v * w)),
            "w in place of θ²w": lambda theta, **case: right(theta=1, **case) / exactly.enclosed(Fraction(theta)),
            "βθ = 1, as for θπ → 0": lambda theta, **_: 1 / Fraction(theta),
            "the upper bound of |x_0|": lambda theta, share, **_: (
                (1 + Fraction(share) / (1 - Fraction(share)) + Fraction(theta) ** 2 * Fraction(share)) / Fraction(theta)
            ),
        }


class Ends(Identity):
    r"""$s \equiv 1$: for $\beta\theta \le |x_\delta|$ the flow tends to $u$ from every start but $-u$. For
    $\beta\theta > |x_\delta|$ it tends to $u$ from starts with $m(0) > m_* = x_\delta/(\beta\theta)$ and to $-u$ from
    those below: both signs are reached.
    """

    label = "C4.ends"
    title = "Constant sign: where the flow ends"
    source = f"{SOURCE}; δ > 0 is derived here"
    assumptions = CONSTANT
    uses = ("C3",)
    examples = Identity.fewer(10)
    derivation = staticmethod(constant_sign.derivation)

    def cases(self):
        starts = st.integers(1, 7).map(lambda shift: [(shift - k) / 64 for k in range(1, 71, 7) if k - shift < 64])
        return st.builds(lambda model, levels: {**model, "starts": levels}, models(), starts)

    def prediction(self, starts, **case):
        return {f"from {start}": constant_sign.limit(theory(**case), start) for start in starts}

    def simulation(self, starts, **case):
        points = np.array([plane_of(start, 2, np.random.default_rng(seed))[0] for seed, start in enumerate(starts)])
        found = recovery_flow.ends(recovery(**case), points)
        return {f"from {start}": end for start, end in zip(starts, found, strict=True)}

    def scale(self, starts, **_):
        return {f"from {start}": 1 for start in starts}

    def mutants(self):
        right = self.prediction

        def ends(by_start):
            return lambda starts, **case: {f"from {start}": by_start(start, case) for start in starts}

        return {
            "u from everywhere": ends(lambda start, case: 1),
            "the nearer of ±u": ends(lambda start, case: 1 if start >= 0 else -1),
            "the boundary at βθ = 1 for all θ and π": ends(
                lambda start, case: 1 if case["beta"] * case["theta"] * start > -1 else -1
            ),
            "δ forgotten": changed(right, ratio=lambda ratio: 0),
            "1 − π in place of π": changed(right, share=lambda share: 1 - share),
            "sides swapped": scaled(right, -1),
            "−u from everywhere beyond the boundary": ends(
                lambda start, case: 1 if constant_sign.equilibrium(theory(**case)) is None else -1
            ),
        }


class Equilibrium(Identity):
    r"""$s \equiv 1$, $\beta\theta > |x_\delta|$: the only stationary point in $(-1, 1)$ is
    $m_* = x_\delta/(\beta\theta) < 0$, unstable with the rate $(1 - m_*^2)J''(m_*) > 0$. It tends to $-1$ as
    $\beta\theta \to |x_\delta|$.
    """

    label = "C4.equilibrium"
    title = "Constant sign: the unstable equilibrium that emerges from −u"
    source = f"{SOURCE}; rate and δ > 0 are derived here"
    assumptions = CONSTANT
    uses = ("C3",)
    derivation = staticmethod(constant_sign.derivation)

    def cases(self):
        points = (
            (2.0, 1.0, 0.5, 0.0),
            (1.4375, 1.0, 0.5, 0.0),
            (2.0, 1.5, 0.25, 0.0),
            (2.5, 0.625, 0.125, 0.0),
            (1.25, 1.0, 0.5, 0.25),
            (1.0, 1.5, 0.25, 1.0),
        )
        return [dict(zip(("beta", "theta", "share", "ratio"), point, strict=True)) for point in points]

    def prediction(self, **case):
        model = theory(**case)
        return {POSITION: constant_sign.equilibrium(model), GROWTH: constant_sign.escape_rate(model)}

    def simulation(self, **case):
        return dict(zip((POSITION, GROWTH), recovery_flow.equilibrium(recovery(**case)), strict=True))

    def scale(self, beta, theta, **_):
        return {POSITION: 1, GROWTH: (beta * theta) ** 2}

    def mutants(self):
        def other(change):
            return lambda **case: change(theory(**case))

        def rest(model):
            return constant_sign.equilibrium(model)

        return {
            "x_δ in place of x_δ/(βθ)": other(lambda model: {POSITION: constant_sign.root(model)}),
            "x_δ/β": other(lambda model: {POSITION: rest(model) * exactly.enclosed(model.theta)}),
            "wrong sign": other(lambda model: {POSITION: -rest(model)}),
            "δ forgotten": lambda ratio, **case: {POSITION: constant_sign.zero(theory(ratio=0, **case))},
            "rate without 1 − m²": other(lambda model: {GROWTH: slope(model, rest(model), 2)}),
            "J″(−1)": other(lambda model: {GROWTH: slope(model, -1, 2)}),
            "J″(0)": other(lambda model: {GROWTH: slope(model, 0, 2)}),
        }


class FastRecovery(Identity):
    r"""$s \equiv 1$: the equator is not stationary, $J'(0) > 0$. From $m(0) = 0$, hence from $m(0) = x/\sqrt d$ up to
    $O(1/\sqrt d)$, the flow reaches $m_1$ in the time $\int_0^{m_1} dm/((1-m^2)J'(m))$, which does not grow with $d$.
    """

    label = "C4.time"
    title = "Constant sign: recovery from the equator takes a time free of d"
    source = "arXiv:2606.22406 (its model, reconstructed); derived here"
    assumptions = CONSTANT
    uses = ("C3.passage",)
    derivation = staticmethod(constant_sign.derivation)

    def cases(self):
        points = ((1.0, 1.0, 0.5, 0.0), (2.0, 1.0, 0.5, 0.0), (1.0, 1.5, 0.25, 0.5))
        names = ("beta", "theta", "share", "ratio")
        return [dict(zip(names, point, strict=True)) | {"levels": [0.25, 0.875]} for point in points]

    def prediction(self, levels, **case):
        return {f"to {level}": recovery_time.passage_time(theory(**case), 0, level) for level in levels}

    def simulation(self, levels, **case):
        begin, _ = plane_of(0.0, 2, np.random.default_rng(1))
        found = recovery_flow.passages(recovery(**case), begin, levels)
        return {f"to {level}": time for level, time in zip(levels, found, strict=True)}

    def mutants(self):
        right = self.prediction
        return {
            "without 1 − m²": lambda levels, **case: {
                f"to {level}": recovery_time.plane_time(theory(**case), 0, level) for level in levels
            },
            "at the speed of the equator": lambda levels, **case: {
                f"to {level}": exactly.enclosed(Fraction(level)) / slope(theory(**case), 0) for level in levels
            },
            "1 − π in place of π": changed(right, share=lambda share: (1 - share) / 2),
            "δ forgotten": changed(right, ratio=lambda ratio: 0),
        }


class WeakCoupling(Bound):
    r"""$s \equiv 1$, $\delta = 0$, $\beta\theta \le 1$: $J'(m) \ge 2\beta\theta w^2 \ge 0$ on $(-1, 1)$, whatever
    $\theta$ and $\pi$ are: the flow reaches $+u$ from every start but $-u$.
    """

    label = "C4.weak"
    title = "Constant sign: βθ ≤ 1 is enough at any share and strength"
    source = "arXiv:2606.22406 (its model, reconstructed); derived here"
    assumptions = CONSTANT
    uses = ("C3",)
    side = "lower"
    derivation = staticmethod(constant_sign.weak_derivation)

    def cases(self):
        eighth = st.integers(1, 8).map(lambda k: k / 8)
        return st.fixed_dictionaries(
            {
                "coupling": eighth,
                "beta": st.integers(2, 12).map(lambda k: k / 8),
                "share": st.integers(1, 7).map(lambda k: k / 8),
                "alignment": st.integers(-63, 63).map(lambda k: k / 64),
            }
        )

    def prediction(self, coupling, beta, share, alignment):
        return constant_sign.weak_bound(coupling, share, alignment)

    def simulation(self, coupling, beta, share, alignment):
        return recovery_flow.slope(Recovery(beta, coupling / beta, share, 0.0, "constant"), [alignment])[0]

    def scale(self, **_):
        return 1

    def mutants(self):
        right = self.prediction
        return {
            "w in place of w²": lambda coupling, share, alignment, **_: constant_sign.weak_bound(
                coupling, share, alignment, power=1
            ),
            "twice as large": scaled(right, 2),
            "at m in place of −m": changed(right, alignment=lambda alignment: -alignment),
        }
