"""C3: the limiting flow of the alignment for a symmetric latent sign, where it ends, and its rates."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Bound, Identity
from checks.harness.mutants import changed, scaled
from numerics import recovery_flow
from numerics.signal_prompt import Recovery
from numerics.signal_tokens import plane_of
from theory import exact as exactly
from theory.subspace_recovery import flow
from theory.subspace_recovery.objective import Model, slope

from .draws import misread
from .source import MODEL, SOURCE

SYMMETRIC = (*MODEL, "N → ∞, d/N → δ", "β, θ, π > 0", "s symmetric")

READ = ("theta", "share", "ratio")
"""Parameters that the flow knows beside β and the latent sign."""


@st.composite
def models(draw):
    """Draw β, θ, π, δ and a symmetric latent sign; a normal one has many nodes, so β, θ ≤ 1 and δ = 0 with it."""
    latent = draw(st.sampled_from(["rademacher", "rademacher", "gaussian"]))
    largest = 8 if latent == "gaussian" else 12
    return {
        "beta": draw(st.integers(4, largest)) / 8,
        "theta": draw(st.integers(4, largest)) / 8,
        "share": draw(st.integers(1, 8)) / 8,
        "ratio": 0.0 if latent == "gaussian" else draw(st.sampled_from([0.0, 0.25, 0.5, 1.0])),
        "latent": latent,
    }


def drawn(**more):
    """Draw a model with more entries of the case; the dimension is 3 where that takes few nodes, else 2."""
    return st.builds(
        lambda model, extra: {
            **model,
            "dimension": 3 if model["beta"] < 1 and not model["ratio"] and model["latent"] == "rademacher" else 2,
            **extra,
        },
        models(),
        st.fixed_dictionaries(more),
    )


@st.composite
def symmetric_laws(draw):
    """Draw a model with a latent sign of up to three sizes in [1/8, 3/2], each as likely with either sign, or 0."""
    sizes = draw(st.lists(st.integers(1, 12).map(lambda k: k / 8), min_size=1, max_size=3, unique=True))
    chances = [1 / 8 * draw(st.integers(1, 2)) for _ in sizes]
    pairs = [[sign * size, chance / 2] for size, chance in zip(sizes, chances, strict=True) for sign in (1, -1)]
    return {**draw(models()), "latent": [*pairs, [0.0, 1 - sum(chances)]], "ratio": draw(st.sampled_from([0.0, 0.5]))}


def theory(beta, theta, share, ratio, latent="rademacher", **_):
    """Return the theory's model of a case."""
    return Model.of(beta, theta, share, ratio, latent)


def recovery(beta, theta, share, ratio, latent="rademacher", **_):
    """Return the simulation's model of a case."""
    return Recovery(beta, theta, share, ratio, [tuple(pair) for pair in latent] if isinstance(latent, list) else latent)


class RecoveryFlow(Identity):
    r"""The gradient ascent flow of $J$ on the sphere: $m = q\cdot u$ solves $m' = (1-m^2)J'(m)$, whatever $d$ is, and
    $J'(m) > 0$ for $0 < m \le 1$. From every start off the equator $q$ tends to $\mathrm{sign}(m(0))\,u$, for
    every symmetric latent sign and all $\beta, \theta, \pi > 0$, $\delta \ge 0$.
    """

    label = "C3"
    title = "The limiting flow recovers ±u from every start off the equator"
    source = SOURCE
    assumptions = SYMMETRIC
    uses = ("C1", "C2")
    examples = Identity.fewer(8)
    derivation = staticmethod(flow.derivation)

    def cases(self):
        start = st.integers(-63, 63).filter(bool).map(lambda k: k / 64)
        return drawn(start=start, seed=st.integers(0, 1000))

    def prediction(self, start, **case):
        return flow.limit(theory(**case), start)

    def simulation(self, start, seed, dimension, **case):
        begin = plane_of(start, dimension, np.random.default_rng(seed))[0]
        return recovery_flow.ends(recovery(**case), begin[None])[0]

    def scale(self, **_):
        return 1

    def mutants(self):
        return {
            "sign lost": lambda start, **_: 1,
            "−u, as for a convex J": lambda start, **_: -1 if start > 0 else 1,
            "to the equator": lambda **_: 0,
            "no motion": lambda start, **_: Fraction(start),
        }


class EquatorRate(Identity):
    r"""For every symmetric latent sign with $0 < E s^2$ the equator is unstable: $|m|$ grows at the rate
    $J''(0) = 2\pi\,E s^2\,\beta^2\theta^2(2 + \pi\theta^2 E s^2 + \delta e^{\beta^2})$, which depends on the law of
    $s$ through its second moment alone.
    """

    label = "C3.equator"
    title = "Rate at which the equator is left"
    source = f"{SOURCE}; the general symmetric law and δ > 0 are derived here"
    assumptions = SYMMETRIC
    uses = ("C1", "C2")
    examples = Identity.fewer(4)
    derivation = staticmethod(flow.derivation)

    def cases(self):
        return symmetric_laws()

    def prediction(self, latent, **case):
        moment = sum(Fraction(value) ** 2 * Fraction(chance) for value, chance in latent)
        return flow.equator_rate(theory(**case), moment)

    def simulation(self, **case):
        return recovery_flow.rates(recovery(**case), np.array([0.0, 1.0]))[0]

    def mutants(self):
        right = self.prediction
        return {
            **misread(right, *READ),
            "half": scaled(right, Fraction(1, 2)),
            "E s² = 1": changed(right, latent=lambda latent: [[1, 1]]),
            "E|s| in place of E s²": changed(right, latent=lambda latent: [[abs(v) ** 0.5, p] for v, p in latent]),
            "β in place of β²": lambda beta, **case: right(beta=beta, **case) / exactly.enclosed(Fraction(beta)),
            "E s⁴ in place of E s²": changed(right, latent=lambda latent: [[v**2, p] for v, p in latent]),
        }


class PoleRate(Identity):
    r"""At $\pm u$ the linearised flow contracts every direction at the rate $J'(1)$: $q \to \pm u$ like
    $e^{-J'(1)t}$ in angle, so $1 - m^2$ decays at twice that rate.
    """

    label = "C3.poles"
    title = "Rate of convergence to ±u"
    source = SOURCE
    assumptions = SYMMETRIC
    uses = ("C1", "C2")
    examples = Identity.fewer(4)
    derivation = staticmethod(flow.derivation)

    def cases(self):
        return drawn()

    def prediction(self, dimension, **case):
        rate = flow.pole_rate(theory(**case))
        return {f"at {pole}, {i}": -rate for pole in ("u", "−u") for i in range(1, dimension)}

    def simulation(self, dimension, **case):
        found = {
            pole: recovery_flow.rates(recovery(**case), sign * np.eye(dimension)[0])
            for pole, sign in (("u", 1.0), ("−u", -1.0))
        }
        return {f"at {pole}, {i}": rate for pole, rates in found.items() for i, rate in enumerate(rates, start=1)}

    def mutants(self):
        right = self.prediction

        def at_all(number):
            return lambda **case: {name: number(theory(**case)) for name in right(**case)}

        return {
            **misread(right, *READ),
            "2J′(1), the rate of 1 − m²": scaled(right, 2),
            "growth": scaled(right, -1),
            "J″(0), the rate at the equator": at_all(lambda model: -flow.equator_rate(model)),
            "J″(1)": at_all(lambda model: slope(model, 1, 2)),
        }


class Increasing(Bound):
    r"""For every symmetric latent sign, all $\beta, \theta, \pi > 0$ and $\delta \ge 0$: $J'(m) \ge 0$ for
    $0 \le m < 1$, by convexity of the cumulant generating function of an informative token's sign.
    """

    label = "C3.increasing"
    title = "J increases with |m| for every symmetric latent sign"
    source = f"{SOURCE}; derived here"
    assumptions = SYMMETRIC
    uses = ("C1", "C2")
    side = "lower"
    derivation = staticmethod(flow.derivation)

    def cases(self):
        levels = st.lists(st.integers(1, 62).map(lambda k: k / 64), min_size=1, max_size=3, unique=True)
        return st.builds(
            lambda model, alignments: {**model, "alignments": [*alignments, 63 / 64]}, symmetric_laws(), levels
        )

    def prediction(self, alignments, **_):
        return {f"at {level}": 0 for level in alignments}

    def simulation(self, alignments, **case):
        found = recovery_flow.slope(recovery(**case), alignments)
        return {f"at {level}": found_there for level, found_there in zip(alignments, found, strict=True)}

    def scale(self, alignments, **_):
        return dict.fromkeys(self.prediction(alignments), 1)

    def mutants(self):
        def linear(alignments, latent, share=1, **case):
            moment = sum(Fraction(value) ** 2 * Fraction(chance) for value, chance in latent)
            rate = flow.equator_rate(theory(share=share, **case), moment)
            return {f"at {m}": rate * exactly.enclosed(Fraction(m)) for m in alignments}

        return {
            "at least J″(0) m, as if J′ were convex": linear,
            "at least β²θ²m": lambda alignments, beta, theta, **_: {
                f"at {m}": Fraction(beta * theta) ** 2 * Fraction(m) for m in alignments
            },
            "at least 1/8": lambda alignments, **_: {f"at {m}": Fraction(1, 8) for m in alignments},
        }
