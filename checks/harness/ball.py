"""Predictions as balls: a float, and how far it can be from the number that is meant."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Any


@dataclass(frozen=True)
class Ball:
    """A number known to lie within ``radius`` of ``value``."""

    value: float
    radius: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.value) and math.isfinite(self.radius) and self.radius >= 0):
            raise ValueError(f"a prediction must be finite with a radius ≥ 0, not {self.value} ± {self.radius}")


@dataclass(frozen=True)
class Allowed:
    """What a mutant returns that is wrong about the finite-size allowance: a prediction and another bias."""

    prediction: Any
    bias: Any


def ball(number: Any) -> Ball:
    """Return an exact rational, a FLINT ``arb`` or a ``Ball`` as a ball that contains it.

    Errors: ``TypeError`` for a bare float, whose rounding error nobody knows; ``ValueError`` if not finite.
    Worked value: 1/3 becomes 0.333… with the radius 1.85e-17.
    """
    if isinstance(number, Ball):
        return number
    if isinstance(number, Rational):
        centre, radius = Fraction(number), Fraction(0)
    elif hasattr(number, "mid") and hasattr(number, "rad"):
        if not number.is_finite():
            raise ValueError(f"a prediction must be finite, not {number}")
        centre, radius = _exact(number.mid()), _exact(number.rad())
    else:
        raise TypeError(
            f"a prediction must carry its error: return an int, Fraction, arb or Ball(value, radius), "
            f"not {type(number).__name__}"
        )
    value = float(centre)
    return Ball(value, _up(radius + abs(centre - Fraction(value))))


def upper(number: Any) -> float:
    """Return an upper bound of the absolute value of what ``ball`` accepts."""
    enclosure = ball(number)
    return _up(abs(Fraction(enclosure.value)) + Fraction(enclosure.radius))


def by_quantity(numbers: Any) -> dict[str, Any]:
    """Return a number, a sequence or a mapping of them as a mapping from the quantity's name."""
    if isinstance(numbers, Mapping):
        return dict(numbers)
    if isinstance(numbers, Sequence):
        return {f"[{i}]": number for i, number in enumerate(numbers)}
    return {"": numbers}


def _exact(number: Any) -> Fraction:
    rational = number.fmpq()
    return Fraction(int(rational.p), int(rational.q))


def _up(number: Fraction) -> float:
    rounded = float(number)
    return rounded if Fraction(rounded) >= number else math.nextafter(rounded, math.inf)
