"""The kinds of claims. A kind owns the comparison; no claim writes a tolerance."""

from .identity import Bound, Identity
from .law import Law
from .mean import Mean
from .rate import Limit, Rate

__all__ = ["Bound", "Identity", "Law", "Limit", "Mean", "Rate"]
