"""Counterexamples, snapped to simple rationals and confirmed by exact arithmetic."""

import inspect
from collections.abc import Callable
from fractions import Fraction
from numbers import Rational
from typing import Any

from .ball import by_quantity
from .claim import Claim, Params, Row
from .verdict import ClaimError

_DENOMINATORS = (1, 2, 4, 8, 16, 64, 256, 1024)


def witness(claim: Claim, row: Row) -> str:
    """Return the counterexample of a refuting row in words, at simple numbers; "" if the claim cannot say ``exactly``.

    Errors: ``ClaimError`` if exact arithmetic does not confirm the counterexample that the simulation found.
    """
    if claim.exactly(**row.params) is None:
        return ""

    def excess(params: Params) -> Fraction | None:
        """Return the exact number where it violates the prediction."""
        found = by_quantity(claim.exactly(**params)).get(row.quantity)
        stated = by_quantity(claim.prediction(**params))[row.quantity]
        if not (isinstance(found, Rational) and isinstance(stated, Rational)):
            return None
        violated = {"upper": found > stated, "lower": found < stated}.get(row.side, found != stated)
        return Fraction(found) if violated else None

    if excess(row.params) is None:
        raise ClaimError(f"exact arithmetic does not confirm the counterexample at {row.params}")

    def refutes(params: Params) -> bool:
        try:
            return excess(params) is not None
        except ValueError:  # a rounded case need not be one
            return False

    simple = snapped(row.params, refutes)
    return f"{_spelled(claim, simple)}: exactly {excess(simple)}"


def snapped(params: Params, holds: Callable[[Params], bool]) -> Params:
    """Return the case with its floats replaced, one by one, by the simplest rationals for which it ``holds`` still.

    Worked value: 0.4999 becomes 1/2 if that will do, and the rational that the float is if nothing simpler does.
    """
    case, place = _map(params, Fraction), 0
    while (number := _leaf(case, place)) is not None:
        for largest in _DENOMINATORS:
            candidate = _with_leaf(case, place, number.limit_denominator(largest))
            if holds(candidate):
                case = candidate
                break
        place += 1
    return dict(case)


def _map(value: Any, change: Callable[[Any], Any], kind: type = float) -> Any:
    if isinstance(value, kind):
        return change(value)
    if isinstance(value, dict):
        return {name: _map(entry, change, kind) for name, entry in value.items()}
    return [_map(entry, change, kind) for entry in value] if isinstance(value, list) else value


def _leaf(case: Any, place: int) -> Fraction | None:
    """Return the rational at that place, counted from 0 as the case is read, None behind the last."""
    found: list[Fraction] = []
    _map(case, found.append, Fraction)
    return found[place] if place < len(found) else None


def _with_leaf(case: Any, place: int, number: Fraction) -> Any:
    """Return the case with another rational at that place."""
    places = iter(range(place + 1))
    return _map(case, lambda old: number if next(places, None) == place else old, Fraction)


def _spelled(claim: Claim, params: Params) -> str:
    used = [name for name in inspect.signature(claim.exactly).parameters if name in params]
    return ", ".join(f"{name} = {_text(params[name])}" for name in used)


def _text(value: Any) -> str:
    return f"({', '.join(map(_text, value))})" if isinstance(value, list) else str(value)
