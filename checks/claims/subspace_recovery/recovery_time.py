"""C3: times of passage and of recovery, for a symmetric latent sign."""

from fractions import Fraction

import numpy as np
from flint import arb

from checks.harness.kinds import Identity
from checks.harness.mutants import changed, scaled
from numerics import recovery_flow
from numerics.signal_tokens import plane_of
from theory import exact as exactly
from theory.subspace_recovery import flow, recovery_time

from .draws import misread
from .flow import READ, SYMMETRIC, recovery, theory
from .source import SOURCE


def exactly_rooted(d):
    """Return √d of an even power of ten."""
    return round(d**0.5)


class Passages(Identity):
    r"""The flow takes $\int_{m_0}^{m_1} dm/((1-m^2)J'(m))$ from the alignment $m_0 > 0$ to $m_1 > m_0$, whatever $d$
    is: certified integrals, against flows of $d$ coordinates.
    """

    label = "C3.passage"
    title = "Times at which the flow passes given alignments"
    source = f"{SOURCE}; certified here"
    assumptions = SYMMETRIC
    uses = ("C3",)
    derivation = staticmethod(recovery_time.derivation)

    def cases(self):
        points = (
            (1.0, 1.0, 0.5, 0.0, "rademacher", 2),
            (0.5, 1.5, 0.75, 0.0, "rademacher", 3),
            (1.5, 0.75, 0.25, 0.5, "rademacher", 2),
            (0.75, 0.5, 1.0, 1.0, "rademacher", 2),
            (1.0, 0.75, 0.5, 0.0, "gaussian", 2),
        )
        names = ("beta", "theta", "share", "ratio", "latent", "dimension")
        return [dict(zip(names, point, strict=True)) | {"start": 1 / 8, "levels": [0.375, 0.9375]} for point in points]

    def prediction(self, start, levels, **case):
        return {f"to {level}": recovery_time.passage_time(theory(**case), start, level) for level in levels}

    def simulation(self, start, levels, dimension, **case):
        begin, _ = plane_of(start, dimension, np.random.default_rng(1))
        found = recovery_flow.passages(recovery(**case), begin, levels)
        return {f"to {level}": time for level, time in zip(levels, found, strict=True)}

    def mutants(self):
        right = self.prediction

        def exponential(start, levels, **case):
            rate = flow.equator_rate(theory(**case))
            return {f"to {level}": exactly.enclosed(Fraction(level) / Fraction(start)).log() / rate for level in levels}

        def flat(start, levels, **case):
            return {f"to {level}": recovery_time.plane_time(theory(**case), start, level) for level in levels}

        return {
            **misread(right, *READ),
            "half as long": scaled(right, Fraction(1, 2)),
            "without 1 − m²": flat,
            "exponential growth throughout": exponential,
            "by the Rademacher sign": changed(right, latent=lambda latent: "rademacher"),
        }


class RecoveryTime(Identity):
    r"""From $m(0) = x/\sqrt d$ the flow reaches $m_1$ at the time
    $(\log\sqrt d - \log x)/J''(0) + C(m_1) + O(1/d)$: the time over $(\log\sqrt d)/J''(0)$ tends to 1, and the
    constant is an integral, $C(m_1) = (\log m_1)/J''(0) + \int_0^{m_1} [1/((1-m^2)J'(m)) - 1/(J''(0)m)]\,dm$.
    """

    label = "C3.recovery"
    title = "Time of recovery from 1/√d"
    source = f"{SOURCE}; the constant is derived here"
    assumptions = SYMMETRIC
    uses = ("C3",)
    derivation = staticmethod(recovery_time.derivation)

    def cases(self):
        points = (
            (1.0, 1.0, 0.5, 0.0, 1.0, 10**10),
            (1.0, 1.0, 0.5, 0.5, 0.5, 10**8),
            (1.25, 0.75, 0.25, 0.0, 2.0, 10**12),
        )
        names = ("beta", "theta", "share", "ratio", "x", "d")
        return [dict(zip(names, point, strict=True)) | {"level": 0.5} for point in points]

    def prediction(self, x, d, level, **case):
        return recovery_time.recovery_time(theory(**case), Fraction(x) / exactly_rooted(d), level)

    def simulation(self, x, d, level, **case):
        begin, _ = plane_of(x / d**0.5, 2, np.random.default_rng(1))
        return recovery_flow.passages(recovery(**case), begin, [level])[0]

    def mutants(self):
        right = self.prediction

        def leading(x, d, power=1, own=1, **case):
            distance = exactly.enclosed(Fraction(exactly_rooted(d)) ** power / Fraction(x) ** own)
            return distance.log() / flow.equator_rate(theory(**case))

        return {
            **misread(right, *READ),
            "log d in place of log √d": lambda **case: leading(power=2, **case),
            "no constant": leading,
            "no constant and x = 1": lambda **case: leading(own=0, **case),
            "x = 1": changed(right, x=lambda x: 1),
            "J″(0)/2": scaled(right, 2),
            "as if from 0 to 1 at the rate at ±u": lambda d, **case: (
                arb(exactly_rooted(d)).log() / flow.pole_rate(theory(**case))
            ),
        }
