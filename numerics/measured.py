"""What a deterministic simulation returns: numbers with bounds on their numerical error."""

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from .prompts import Array

EPS = float(np.finfo(float).eps)


Value = TypeVar("Value", float, Array)


def rounding(terms: int, size: Value) -> Value:
    """Bound the rounding of a sum of that many terms, a few times over, whose absolute values sum to ``size``.

    Worked value: 10 terms of the size 1 in all are off by at most 1.8e-14.
    """
    return 8 * terms * EPS * size


@dataclass(frozen=True)
class Measured(Generic[Value]):
    """A number or an array of them, with a bound on the numerical error of each (or one for all)."""

    value: Value
    error: float | Array
