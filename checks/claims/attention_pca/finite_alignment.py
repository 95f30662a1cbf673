"""A4.2: in a finite prompt the minimiser is exactly along the leading eigenvector."""

from fractions import Fraction

import numpy as np

from checks.harness.kinds import Bound, Identity
from numerics.attention_errors import error_gap, least_error_gaps, least_for_two_keys
from numerics.measured import Measured
from numerics.training import reflected_minimum
from theory.attention_pca import best_norm, finite_alignment

from .source import SOURCE

# so many prompts that the curvature across v_1 is resolved: with fewer a descent may end beside it
PROMPTS = {"fresh": 4000, "self": 16_000}
AXIS, ENDS = "number of the axis", "sin² of the angle to it"
INTEGRALS = "P − Q there, by the integrals of every length"
LENGTHS = (3, 8, 64, 512, 4096)
NORM = "b to the nearest integer"  # six standard errors of b on these prompts are 1/3: no more digits are known


def descended(variances, length, query, seed):
    """Return where a descent ends on drawn prompts with their reflections: the axis, how far from it, b at L = 2."""
    rng = np.random.default_rng(seed)
    axis, ends, b = reflected_minimum(rng, "softmax", variances, length, query, PROMPTS[query])
    return {AXIS: axis, ENDS: ends} | ({NORM: rounded(b)} if length == 2 else {})


def rounded(b):
    """Return the integer that b is nearest to, with the error of b if that leaves more than one."""
    low, high = round(b.value - b.error), round(b.value + b.error)
    return Measured(float(low), 0.0) if low == high else b


def leading(variances):
    """Return the prediction: the axis of the largest variance, exactly."""
    return {AXIS: 1 + variances.index(max(variances)), ENDS: 0}


def fresh_norm(variances, length, **_):
    """Return the prediction of b for a fresh query at L = 2: the integer next to the whole enclosure.

    Of a local minimum along v_1, the best of a grid: not shown to be the global one, which a descent need not end at.
    """
    if length != 2:
        return {}
    nearest = (finite_alignment.two_key_coupling(sum(variances), max(variances)) + 0.5).floor().unique_fmpz()
    if nearest is None:
        raise ValueError(f"two integers are near to the best b of {variances}: take other variances")
    return {NORM: int(nearest)}


def elsewhere():
    """Return predictions of another end."""
    return {
        "along v_1 up to sampling effects, 1/prompts": lambda query, **_: {ENDS: Fraction(1, PROMPTS[query])},
        "along the least variance": lambda variances, **_: {AXIS: 1 + variances.index(min(variances))},
        "no direction preferred": lambda variances, **_: {ENDS: 1 - Fraction(1, len(variances))},
    }


class FiniteAlignment(Identity):
    r"""Softmax head, fresh query, every $L \ge 2$, $\beta > 0$ and $\Sigma \ne 0$: at a stationary point with
    $b = \mu^\top\Sigma\mu > 0$, $\mu$ is an eigenvector of $\Sigma$ (up to $\ker\Sigma$), or $F + G = 0$ and
    $\partial R/\partial b = 0$; and every global minimiser of $R_L$ is exactly along the eigenspace of $\lambda_1$.
    Observed on drawn prompts together with their reflections in the eigenvectors, which have the same law; for
    $L = 2$ with the $b$ of the end, which tells the softmax head from the linear one. (It is compared with a certified
    local minimum along $v_1$, the best of a grid of $b$ up to 4; that this is the global one is not shown.)
    """

    label = "A4.2"
    title = "The finite-prompt minimiser is exactly aligned with the leading direction"
    source = f"{SOURCE}; derived here"
    assumptions = ("fresh query", "L ≥ 2")
    uses = ("A4.1",)
    derivation = staticmethod(finite_alignment.derivation)

    def cases(self):
        points = (([2.0, 1.5, 0.5], 2), ([0.5, 2.0, 1.5], 4), ([0.75, 1.0], 8), ([0.0, 2.0, 1.0, 3.0], 3))
        return [
            {"variances": spectrum, "length": length, "query": "fresh", "seed": seed}
            for spectrum, length in points
            for seed in (1, 2)
        ]

    def prediction(self, variances, **case):
        return leading(variances) | fresh_norm(variances, **case)

    def simulation(self, **case):
        return descended(**case)

    def scale(self, length, **_):
        return {AXIS: 1, ENDS: 1} | ({NORM: 1} if length == 2 else {})

    def mutants(self):
        def linear(variances, length, **_):
            norm = best_norm.linear(sum(variances), max(variances), 2).coupling
            return {NORM: round(norm)} if length == 2 else leading(variances)

        return elsewhere() | {"the norm of the linear head": linear}


class TwoKeysAlignment(Identity):
    r"""Softmax head, $\beta = 1$, self query, $L = 2$, every $\Sigma \ne 0$: $P = 1 + G - 2W$ is least at
    $b = 2$ alone, and $P > Q = 1 - F$ there. So every global minimiser of $R_2$ is exactly along the eigenspace
    of $\lambda_1$, and there $b = 2$. The integrals that serve every $L$ in A4.2.lengths are observed here too.
    """

    label = "A4.2.self"
    title = "Self query, two keys: exact alignment"
    source = f"{SOURCE}; derived here"
    assumptions = ("self query", "L = 2")
    uses = ("A4.1", "A4.1.two_keys", "A4.2")
    derivation = staticmethod(finite_alignment.self_derivation)

    def cases(self):
        spectra = ([2.0, 1.0, 0.5], [0.5, 1.0], [0.0, 1.5, 3.0, 1.0])
        return [
            {"variances": spectrum, "length": 2, "query": "self", "seed": seed}
            for spectrum in spectra
            for seed in (1, 2)
        ]

    def prediction(self, variances, **_):
        coupling, P, Q = finite_alignment.two_key_optimum()
        found = {"b where P is least": coupling, "P there": P, "Q there": Q, INTEGRALS: P - Q}
        return {**found, **leading(variances), NORM: coupling}

    def simulation(self, **case):
        least = least_for_two_keys()
        found = {"b where P is least": least.coupling, "P there": least.P, "Q there": least.Q}
        return {**found, INTEGRALS: error_gap(2, 2.0), **descended(**case)}

    def scale(self, **_):
        return {"b where P is least": 1, "P there": 1, "Q there": 1, INTEGRALS: 1, AXIS: 1, ENDS: 1, NORM: 1}

    def mutants(self):
        return {
            **elsewhere(),
            "b = 1, as in an infinite prompt": lambda **_: {"b where P is least": 1},
            "P = Q": lambda **_: {"Q there": finite_alignment.two_key_optimum()[1]},
            "P in place of P − Q": lambda **_: {INTEGRALS: finite_alignment.two_key_optimum()[1]},
            "b = 1 at the end": lambda **_: {NORM: 1},
        }


class ErrorsAtOptimum(Bound):
    r"""Softmax head, $\beta = 1$, self query: at the $b$ where $P = 1 + G - 2W$ is least
    $\ell\,\frac{L - 1}{L + 3} \le P - Q < 1 - \frac1L$, $\ell = 2c - c^2 = 0.867\dots$ with
    $(1 - 2c^2)^3 = c^2(1 - c)^4$. $P > Q$ there is enough for exact alignment at that $L$, whatever $\Sigma$. Observed
    for $L$ from 3 to 4096. Proved: the upper bound, and that $P - Q \to \ell$ at a local minimum of $P$; not
    the lower bound, but for $P > Q$ at $L = 2$.
    """

    label = "A4.2.lengths"
    title = "Self query, more keys: what exact alignment needs"
    source = f"{SOURCE}; found here"
    assumptions = ("self query",)
    uses = ("A4.2.self", "A4.3")
    side = "lower"
    derivation = staticmethod(finite_alignment.long_derivation)

    def cases(self):
        return [{"length": length} for length in LENGTHS]

    def prediction(self, length):  # the upper bound of P − Q is a lower one of Q − P
        return {"P − Q": finite_alignment.least_gap(length), "Q − P": Fraction(1, length) - 1}

    def simulation(self, length):
        gap = least_error_gaps(LENGTHS)[LENGTHS.index(length)]  # all lengths at the cost of one
        return {"P − Q": gap, "Q − P": Measured(-gap.value, gap.error)}

    def scale(self, **_):
        return {"P − Q": 1, "Q − P": 1}

    def mutants(self):
        ell = finite_alignment.long_gap
        return {
            "at least 1/2 at every length": lambda **_: {"P − Q": Fraction(1, 2)},
            "at least 1 − 1/L": lambda length: {"P − Q": 1 - Fraction(1, length)},
            "at least (L − 1)/(L + 3), as if c = 1": lambda length: {"P − Q": Fraction(length - 1, length + 3)},
            "at least ℓ (L − 1)/(L + 1)": lambda length: {"P − Q": ell() * (length - 1) / (length + 1)},
            "at most 1/2": lambda **_: {"Q − P": Fraction(-1, 2)},
            "at most ℓ": lambda **_: {"Q − P": -ell()},
        }
