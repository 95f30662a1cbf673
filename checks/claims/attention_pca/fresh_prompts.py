"""A4.6: training the linear head by SGD on fresh prompts: the mean of a step, and the angle that noise leaves."""

from fractions import Fraction

import numpy as np
from sympy import Integer

from checks.harness.kinds import Limit, Mean
from checks.harness.mutants import changed, scaled, shifted
from numerics.training import angles_left, drawn_slopes
from theory.attention_pca import fresh_prompts
from theory.attention_pca.finite_prompt import FORMS, L
from theory.attention_pca.gradient import gradient
from theory.attention_pca.objective import invariants

from .source import SOURCE

BATCH = 2048
"""Prompts in a replicate of the slope: one prompt's has heavy tails."""


class SlopeOnFreshPrompts(Mean):
    r"""For every $L \ge 1$, $d$, $\Sigma \succeq 0$ and $\mu$ the gradient of the linear head's loss on fresh prompts
    of $L$ keys, a fresh query each, has the mean $\nabla R_L(\mu) = 2((1 + \frac1L)b - 2)\Sigma^2\mu + (2(1 +
    \frac1L)a + \frac{4tb}L)\Sigma\mu$: a step of SGD is unbiased. (Observed along $v_k$.)
    """

    label = "A4.6.step"
    title = "Training on fresh prompts: a step has the mean −η∇R_L"
    source = f"{SOURCE}; derived here"
    assumptions = ("linear head", "fresh query")
    uses = ("A3.1",)
    resolution = 0.05
    block = 8
    pilot = 128
    derivation = staticmethod(fresh_prompts.derivation)

    def cases(self):
        return [
            {"spectrum": [1.5, 1.0, 0.25], "parameter": [0.375, 0.25, 0.5], "length": 2, "k": 1},
            {"spectrum": [1.5, 1.0, 0.25], "parameter": [0.25, 0.75, 0.5], "length": 5, "k": 2},
        ]

    def prediction(self, **case):
        return fresh_prompts.force(**case)

    def simulation(self, rng, n, spectrum, parameter, length, k):
        return drawn_slopes(rng, n, "linear", spectrum, parameter, length, BATCH)[:, k - 1]

    def mutants(self):
        def of_form(query, **wrong):
            def mutant(spectrum, parameter, length, k):
                t, a, b = invariants(spectrum, parameter)
                c = dict(zip(("c1", "c2", "c3", "c4"), coefficients(query, length), strict=True)) | wrong
                value = Fraction(spectrum[k - 1])
                square = -2 * c["c1"] + c["c3"] * b
                return (
                    2
                    * value
                    * Fraction(parameter[k - 1])
                    * (value * square + c["c3"] * a + 2 * t * (c["c4"] * b - c["c2"]))
                )

            return mutant

        return {
            "∇R, of an infinite prompt": lambda spectrum, parameter, k, **_: gradient(spectrum, parameter)[k - 1],
            "trace term dropped": of_form("fresh", c4=Fraction(0)),
            "1/L of the a-term dropped": of_form("fresh", c3=Fraction(1)),
            "3/L in place of 1 + 1/L": lambda length, **case: of_form("fresh", c3=Fraction(3, length))(
                length=length, **case
            ),
            "4tb/L² in place of 2tb/L": lambda length, **case: of_form("fresh", c4=Fraction(2, length**2))(
                length=length, **case
            ),
            "query among the keys": of_form("self"),
            "L + 1 in place of L": shifted(self.prediction, length=1),
            "half of it": scaled(self.prediction, Fraction(1, 2)),
            "the other sign": scaled(self.prediction, -1),
        }


def coefficients(query, length):
    """Return the coefficients of the risk with that query in a prompt of that length."""
    form = FORMS[query]
    return [Fraction(int(c.p), int(c.q)) for c in (c.subs(L, length) for c in (form.c1, form.c2, form.c3, form.c4))]


class TrainingOnFreshPrompts(Limit):
    r"""SGD of the linear head from $p_0v_1$, with n steps $\eta_1, \dots, \eta_n$ on $m$ fresh prompts each: as
    $m \to \infty$ it ends along $v_1$, and $\sqrt m$ times the angle is normal with the variances
    $\sigma_j^2 = y_j^2/p^2$ along $v_j$, $j > 1$: $E\exp(-\frac c2 m \sin^2) \to \prod_j(1 + c\sigma_j^2)^{-1/2}$.
    Here $p' = p - \eta R_L'(p)$ and $y_j^{2\prime} = (1 - \eta h_j)^2y_j^2 + \eta^2V_j$ from step to step, with the
    curvature $h_j$ of $R_L$ and the noise $V_j = E(v_j\cdot g)^2$ of one prompt's gradient at $pv_1$. (Observed where
    the terms of the noise up to $1/L$, and the curvature, change the result by more than twice δ.)
    """

    label = "A4.6.training"
    title = "Training on fresh prompts: the angle to the leading direction that noise leaves"
    source = f"{SOURCE}; derived here"
    assumptions = ("linear head", "fresh query", "p_0 > 0, n and η fixed as m → ∞, p > 0")
    uses = ("A3.1", "A4.6.step")
    exponents = (1, 2)
    resolution = 0.04
    replicates = Limit.each(10_240)
    block = 128
    derivation = staticmethod(fresh_prompts.angle_derivation)

    def cases(self):  # of several directions across, as their sum varies less; for noise and for curvature
        noisy = {"spectrum": [1.0] + [0.75] * 4, "length": 2, "start": 0.4375, "rates": [0.0625] * 3, "weight": 2.0}
        curved = {"spectrum": [1.0] + [0.5] * 4, "length": 4, "start": 1.0, "rates": [0.0625] * 8, "weight": 3.0}
        return [{**case, "sizes": [1, 4, 16, 64]} for case in (noisy, curved)]

    def prediction(self, sizes, **case):
        return fresh_prompts.transform(**case)

    def simulation(self, rng, n, size, weight, **case):
        return np.exp(-weight * size * angles_left(rng, n, "linear", batch=size, **case) / 2)

    def scale(self, **_):
        return 1

    def mutants(self):
        def by(**formulas):
            return lambda sizes, **case: fresh_prompts.transform(**case, **formulas)

        noise = fresh_prompts.NOISE.expand()
        return {
            "h = 0": by(bend=Integer(0)),
            "h doubled": by(bend=2 * fresh_prompts.BEND),
            "1/L noise term dropped": by(noise=noise - noise.coeff(L, -1) / L),
            "1/L² noise term dropped": by(noise=noise - noise.coeff(L, -2) / L**2),
            "twice the noise": by(noise=2 * noise),
            "L + 1 in place of L": shifted(self.prediction, length=1),
            "infinite prompts": changed(self.prediction, length=lambda _: 10**6),
            "steps twice as long": changed(self.prediction, rates=lambda rates: [2 * rate for rate in rates]),
            "one step less": changed(self.prediction, rates=lambda rates: rates[1:]),
            "nothing left": lambda **_: 1,
            "as at random": lambda **_: 0,
        }
