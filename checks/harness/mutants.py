"""Common mistakes, as wrong predictions made from the right one: for ``mutants`` of a claim.

Each takes the claim's ``prediction`` and returns a function of the case. A prediction that is a mapping or a sequence
is changed entry by entry.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from .ball import Ball
from .claim import Prediction
from .verdict import ClaimError


def scaled(prediction: Prediction, factor: Fraction | int) -> Prediction:
    """Take a wrong factor. Worked value: ``scaled(f, 2)`` predicts 2 f."""
    return lambda **case: _map(lambda number: _times(number, Fraction(factor)), prediction(**case))


def without(prediction: Prediction, term: Prediction) -> Prediction:
    """Forget a term, given as a function of the case. Worked value: ``without(f, g)`` predicts f − g."""
    return lambda **case: _minus(prediction(**case), term(**case))


def shifted(prediction: Prediction, **steps: int) -> Prediction:
    """Shift an index. Worked value: ``shifted(f, length=1)`` takes L + 1 in place of L."""
    return lambda **case: prediction(**{**case, **{name: _known(case, name) + by for name, by in steps.items()}})


def swapped(prediction: Prediction, first: str, second: str) -> Prediction:
    """Take two parameters for each other. Worked value: ``swapped(f, "n", "d")`` takes d/n in place of n/d."""
    return lambda **case: prediction(**{**case, first: _known(case, second), second: _known(case, first)})


def changed(prediction: Prediction, **changes: Callable[[Any], Any]) -> Prediction:
    """Misread a parameter. Worked value: ``changed(f, beta=lambda beta: beta**2)`` takes β² in place of β."""
    return lambda **case: prediction(**{**case, **{name: to(_known(case, name)) for name, to in changes.items()}})


def _known(case: Mapping[str, Any], name: str) -> Any:
    if name not in case:
        raise ClaimError(f"a mutant changes {name}, but the case has {', '.join(case)}")
    return case[name]


def _map(change: Callable[[Any], Any], numbers: Any) -> Any:
    if isinstance(numbers, Mapping):
        return {name: change(number) for name, number in numbers.items()}
    return [change(number) for number in numbers] if isinstance(numbers, Sequence) else change(numbers)


def _minus(numbers: Any, terms: Any) -> Any:
    if isinstance(numbers, Mapping):
        return {name: _minus(number, terms[name]) for name, number in numbers.items() if name in terms}
    if isinstance(numbers, Sequence):
        return [_minus(number, term) for number, term in zip(numbers, terms, strict=True)]
    if isinstance(numbers, Ball):
        return Ball(numbers.value - terms.value, numbers.radius + terms.radius)
    return numbers - terms


def _times(number: Any, factor: Fraction) -> Any:
    if isinstance(number, Ball):  # rounding of the product is far below what a factor changes
        return Ball(number.value * float(factor), number.radius * abs(float(factor)))
    if isinstance(number, int | Fraction):
        return number * factor
    return number * factor.numerator / factor.denominator
