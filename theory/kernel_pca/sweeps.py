r"""The sweeps of Principal Attention Pursuit, one after the other, in ball arithmetic.

The iteration is that of ``attention_pursuit``, for all its readings: $\tau$ is $\lambda\mu$ or $\lambda/\mu$, and
$K_2 = K - S \mp y$, $y = Y/\mu$.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flint import arb, ctx
from sympy import symbols

from ..derivation import Derivation, argument, definition, exact
from ..exact import Number, count, enclosed, rational
from .attention_pursuit import attention_of, known_keys, known_values, step
from .pursuit_readings import threshold

Balls = list[list[arb]]
_BITS = 200  # what a sweep loses, scores times the range of the values, is then far below a float's rounding


@dataclass(frozen=True)
class State:
    """After a number of sweeps: L, the output, S and Y, each N × D, enclosed."""

    output: Balls
    sparse: Balls
    dual: Balls


def iteration() -> Derivation:
    """Derive the form of a sweep that is evaluated: with the clipped part taken away, and y in place of Y."""
    number, keys, low, sparse, dual, scaled = symbols("μ K L S Y y", positive=True)
    after = dual + number * (keys - low - sparse)
    return Derivation(
        result="S = x − clip(x, ±τ), x = K − L + y; K_2 = K − S − y; L' = softmax(K_2K_2ᵀ/√D)V; y' = y + K − L' − S",
        steps=(
            definition(
                "The sweep as described: S = soft(K − L + Y/μ, τ), K_2 = K − S − Y/μ, L' = softmax(K_2K_2ᵀ/√D)V, "
                "Y' = Y + μ(K − L' − S), L = Y = 0 before the first; τ = λμ, μ = NC/(4‖K‖_1)."
            ),
            exact(
                "with Y = μy: Y'/μ = y + K − L' − S",
                after.subs(dual, number * scaled) / number,
                scaled + keys - low - sparse,
            ),
            argument("soft(x, τ) is x − τ, 0, x + τ for x > τ, |x| ≤ τ, x < −τ: it is x − clip(x, ±τ) (B12.clip)."),
            argument("Read otherwise τ is λ/μ, or K_2 has +y; nothing else changes."),
        ),
    )


def soft(entry: arb, level: arb) -> arb:
    """Return x − clip(x, ±τ), enclosed, also where it is not known if |x| > τ. Worked value: 3 at τ = 1 is 2."""
    return entry - entry.min(level).max(-level)


def swept(
    keys: Sequence[Sequence[Number]],
    values: Sequence[Sequence[Number]],
    multiplier: Number,
    sweeps: int,
    *,
    heads: int = 1,
    name: str = "product",
    sign: int = -1,
    rule: Callable[[arb, arb], arb] = soft,
) -> State:
    """Return L, S and Y after so many sweeps, for keys K and values V, both N × D.

    ``name``: τ is λμ ("product") or λ/μ ("ratio"); ``sign``: of y in K_2, −1 as published, or 1; 0 leaves y out;
    ``rule``: what makes S, of an entry and τ.
    Errors: ``ValueError`` for λ < 0, sweeps or heads < 1, another name or sign, values of another shape, and as
    ``attention_pursuit.known_keys``. Source: arXiv:2406.13762 (reconstruction of its public code).
    Worked value: keys = values = ±1, λ = 1, one sweep: S = ±3/4, L = ±tanh(1/16), Y = (1/4 − tanh(1/16))(±1)/4.
    """
    known = known_keys(keys)
    drawn = known_values(values, len(known))
    if len(drawn[0]) != len(known[0]):
        raise ValueError(f"values must have {len(known[0])} entries, as keys have, not {len(drawn[0])}")
    if sign not in (-1, 0, 1):
        raise ValueError(f"sign must be −1, 0 or 1, not {sign!r}")
    number = step(keys, heads)
    with ctx.workprec(_BITS):
        level = enclosed(threshold(name, rational(multiplier, "λ"), number))
        attended = [[enclosed(entry) for entry in row] for row in known]
        low = shift = sparse = _entrywise(lambda k: 0 * k, attended)
        for _ in range(count(sweeps, "sweeps")):
            sparse = _entrywise(lambda k, before, y: rule(k - before + y, level), attended, low, shift)
            low = attention_of(_entrywise(lambda k, s, y: k - s + sign * y, attended, sparse, shift), drawn)
            shift = _entrywise(lambda k, after, s, y: y + k - after - s, attended, low, sparse, shift)
        return State(low, sparse, _entrywise(lambda y: enclosed(number) * y, shift))


def _entrywise(rule: Callable[..., arb], *matrices: Balls) -> Balls:
    return [[rule(*entries) for entries in zip(*rows, strict=True)] for rows in zip(*matrices, strict=True)]
