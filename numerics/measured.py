"""What a deterministic simulation returns: numbers with bounds on their numerical error."""

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from .prompts import Array

EPS = float(np.finfo(float).eps)


Value = TypeVar("Value", float, Array)


@dataclass(frozen=True)
class Measured(Generic[Value]):
    """A number or an array of them, with a bound on the numerical error of each (or one for all)."""

    value: Value
    error: float | Array
