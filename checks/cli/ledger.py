"""The rows of the ledger for the command line: claims, also those of files that are named, and pending ones."""

import argparse
import importlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..harness import registry
from ..harness.claim import Claim, problems
from ..harness.registry import CHECKS, Pending
from ..harness.verdict import ClaimError
from .command import Parser, Refused


@dataclass(frozen=True)
class Ledger:
    """Claims and pending rows by label, as a reader counts them."""

    claims: dict[str, type[Claim]]
    pending: dict[str, Pending]

    @property
    def labels(self) -> list[str]:
        """All labels in order."""
        return registry.in_order({*self.claims, *self.pending})

    def selected(self, wanted: str) -> list[str]:
        """Return the labels that ``wanted`` is, or is a prefix of, in order; ``Refused`` if there is none."""
        found = [label for label in self.labels if registry.matches(label, wanted)]
        if not found:
            raise Refused(f"{wanted or '(empty)'}: no such label; there is {registry.ranges(self.labels)}")
        return found

    def sound(self, label: str) -> type[Claim]:
        """Return a claim that can be looked into; ``Refused`` if it is pending or not well formed."""
        if label in self.pending:
            row = self.pending[label]
            raise Refused(f"{label} has no claim yet: {row.reason}; needs {row.needs}")
        claim = self.claims[label]
        if found := problems(claim):
            raise Refused(f"{label} ({claim.where()}): {'; '.join(found)}")
        return claim


def add_files(parser: Parser) -> None:
    """Add the option that names claim files outside the project."""
    parser.add_argument(
        "--file", type=Path, action="append", default=[], metavar="FILE", help="with the claims of this file too"
    )


def ledger(chosen: argparse.Namespace) -> Ledger:
    """Return the project's ledger with the claims of the files that were named; ``Refused`` if one cannot be read."""
    try:
        claims = [*registry.discover(), *(claim for file in chosen.file for claim in _claims_of(file))]
        pending = {row.label: row for row in registry.pending()}
        return Ledger(registry.by_label(claims), pending)
    except ClaimError as error:
        raise Refused(str(error)) from None


def _claims_of(file: Path) -> Iterable[type[Claim]]:
    """Import a file as pytest does, so that the processes that simulate find it too."""
    path = file.resolve()
    if not path.is_file() or path.suffix != ".py":
        raise Refused(f"{file}: there is no such Python file")
    if path.is_relative_to(CHECKS / "claims"):
        return ()  # of the project
    sys.path.insert(0, str(path.parent))
    try:
        module = importlib.import_module(path.stem)
    except Exception as error:
        raise Refused(f"{file} cannot be imported: {type(error).__name__}: {error}") from None
    if Path(module.__file__ or "").resolve() != path:
        raise Refused(f"{file}: Python already has another module of the name {path.stem}; rename the file")
    found = registry.defined_in(module)
    if not found:
        raise Refused(f"{file} defines no claim")
    if bare := [claim.__name__ for claim in found if not getattr(claim, "label", "")]:
        raise Refused(f"{file}: {', '.join(bare)} has no label")
    return found
