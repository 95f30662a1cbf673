"""What a deterministic simulation returns: numbers with bounds on their numerical error."""

from dataclasses import dataclass

import numpy as np

from .prompts import Array

EPS = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Measured:
    """A number or an array of them, with a bound on the numerical error of each (one for all, or of the same shape)."""

    value: float | Array
    error: float | Array

    def rotated(self, matrix: Array) -> "Measured":
        """Return the value, shape (d,), in other orthonormal coordinates ``matrix``, shape (d, d), with one error for all."""
        errors = np.broadcast_to(self.error, np.shape(self.value))
        return Measured(matrix @ self.value, float(np.linalg.norm(errors)))
