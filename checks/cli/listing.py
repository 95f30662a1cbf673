"""``python -m checks list``: the rows of the ledger."""

import argparse
from textwrap import fill

from .command import Commands, add
from .ledger import Ledger, add_files, ledger

WIDTH = 100


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add(commands, "list", run, "list the rows of the ledger: claims, and pending ones with the reason")
    parser.add_argument("label", nargs="?", metavar="LABEL", help="this label or prefix only, as A1.2, A1 or A")
    add_files(parser)


def run(chosen: argparse.Namespace) -> int:
    """Print the rows; nothing is simulated."""
    rows = ledger(chosen)
    labels = rows.labels if chosen.label is None else rows.selected(chosen.label)
    width = max(map(len, labels))
    for label in labels:
        for line in _lines(rows, label, width):
            print(line)
    pending = sum(label in rows.pending for label in labels)
    print(f"\nclaims: {len(labels) - pending}; pending: {pending}")
    return 0


def _lines(rows: Ledger, label: str, width: int) -> list[str]:
    if label in rows.claims:
        claim = rows.claims[label]
        kind, title, below = claim.__bases__[0].__name__, claim.title_or_name(), [claim.where()]
        if claim.refutation:
            below.append(f"recorded as refuted: {claim.refutation}")
    else:
        row = rows.pending[label]
        kind, title, below = "pending", row.title, [f"{row.reason}; needs {row.needs}"]
    indent = " " * (width + 12)
    texts = [(f"{label:{width}}  {kind:8}  {title}", ""), *((text, indent) for text in below)]
    return [
        fill(text, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)
        for text, first in texts
    ]
