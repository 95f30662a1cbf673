"""The ledger: which labels there are, which have a claim, and which are still to be done."""

import importlib
import inspect
import pkgutil
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from ..report.words import NOT_SELECTED
from .claim import Claim
from .verdict import ClaimError

CHECKS = Path(__file__).resolve().parents[1]

INTERRUPTED = "interrupted before it was checked"
NOT_RUN = (NOT_SELECTED, INTERRUPTED)


@dataclass(frozen=True)
class Pending:
    """A row of the ledger that has no claim: its title, why, and what it would take."""

    label: str
    title: str
    reason: str
    needs: str


def defined_in(module: ModuleType) -> list[type[Claim]]:
    """Return the claims that a module defines, not those that it imports, in the order of the file."""
    return [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Claim) and value.__module__ == module.__name__
    ]


def is_at_home(claim: type[Claim]) -> bool:
    """Tell whether a claim is found where it says that it is defined."""
    return getattr(sys.modules.get(claim.__module__), claim.__qualname__, None) is claim


def discover() -> list[type[Claim]]:
    """Import the project's claim files and return their claims; ``ClaimError`` if one cannot be imported."""
    package = _imported("checks.claims")
    names = [m.name for m in pkgutil.walk_packages(package.__path__, "checks.claims.")]
    return [claim for name in names for claim in defined_in(_imported(name))]


def pending(path: Path = CHECKS / "pending.toml") -> list[Pending]:
    """Read the rows without a claim; ``ClaimError`` for a row that does not say why or what it needs."""
    with path.open("rb") as file:
        table = tomllib.load(file)
    try:
        return [Pending(label, row["title"], row["reason"], row["needs"]) for label, row in table.items()]
    except KeyError as error:
        raise ClaimError(f"{path.name}: a row lacks {error}") from None


def by_label(claims: Iterable[type[Claim]]) -> dict[str, type[Claim]]:
    """Return claims by label; ``ClaimError`` if two share one. Classes without a label are left to ``problems``."""
    found: dict[str, type[Claim]] = {}
    for claim in claims:
        label = getattr(claim, "label", "")
        if label and found.setdefault(label, claim) is not claim:
            raise ClaimError(f"label {label} is claimed by {found[label].where()} and {claim.where()}")
    return found


def matches(label: str, wanted: str) -> bool:
    """Tell whether ``wanted`` selects ``label``: exactly, or as a prefix that ends at a dot or a family's letter."""
    return label == wanted or label.startswith(f"{wanted}.") or (wanted.isalpha() and label.startswith(wanted))


def in_order(labels: Iterable[str]) -> list[str]:
    """Sort labels as a reader counts: A1.2, A1.10, A2."""
    return sorted(labels, key=counted)


def counted(label: str) -> list[tuple[bool, int, str]]:
    """Return what labels are sorted by."""
    return [(not c.isdigit(), int(c) if c.isdigit() else 0, c) for c in _parts(label)]


def ranges(labels: Iterable[str]) -> str:
    """Write labels in order, runs of neighbours as A1.5–A1.8."""
    runs: list[list[str]] = []
    for label in in_order(labels):
        stem, number = label.rstrip("0123456789"), label[len(label.rstrip("0123456789")) :]
        if runs and number and runs[-1][-1] == f"{stem}{int(number) - 1}":
            runs[-1].append(label)
        else:
            runs.append([label])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs)


def closure(labels: Iterable[str], claims: dict[str, type[Claim]]) -> list[str]:
    """Return ``labels`` with all claims that they use, the used ones first; ``ClaimError`` for a circle."""
    done: list[str] = []

    def visit(label: str, path: tuple[str, ...]) -> None:
        if label in path:
            raise ClaimError(f"claims use each other in a circle: {' → '.join((*path, label))}")
        if label in done or label not in claims:
            return
        for used in claims[label].used():
            visit(used, (*path, label))
        done.append(label)

    for label in labels:
        visit(label, ())
    return done


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise ClaimError(f"{name} cannot be imported: {type(error).__name__}: {error}") from error


def _parts(label: str) -> list[str]:
    parts, digits = [""], False
    for character in label:
        if character.isdigit() != digits:
            parts.append("")
            digits = not digits
        parts[-1] += character
    return [part for part in parts if part]
