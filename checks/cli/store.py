"""``python -m checks store``: looks after stored results."""

import argparse
import sys
from pathlib import Path

from ..harness.fingerprint import Fingerprint
from ..harness.registry import discover
from ..harness.store import Store, StoreError
from .command import Commands, add

DEFAULT = Path(".checks/store.sqlite")


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add(commands, "store", run, "look after stored results")
    parser.add_argument("action", choices=["info", "verify", "prune"])
    parser.add_argument("--store", type=Path, default=DEFAULT, metavar="PATH", help=f"default: {DEFAULT}")


def run(chosen: argparse.Namespace) -> int:
    """Do what was chosen; return 0, or 1 if the store is damaged or cannot be used."""
    path: Path = chosen.store
    if not path.exists():
        print(f"{path}: there is no store", file=sys.stderr)
        return 1
    try:
        with Store(path) as opened:
            return {"info": info, "verify": verify, "prune": prune}[chosen.action](opened)
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1


def info(store: Store) -> int:
    """Print how many blocks there are of each claim, and how many of them no claim asks for any more."""
    current = _current()
    print(f"{store.path}, {store.path.stat().st_size / 1e6:.1f} MB")
    for label, code, blocks in store.contents():
        print(
            f"{label:14} {blocks:8} blocks{'' if code in current.get(label, {code}) else ', of code that has changed'}"
        )
    return 0


def verify(store: Store) -> int:
    """Check every block and the file; opening it has checked the seal."""
    found = store.damage()
    print(found or f"{store.path}: every block is as it was stored", file=sys.stderr if found else sys.stdout)
    return 1 if found else 0


def prune(store: Store) -> int:
    """Remove the blocks of code that has changed; those of claims from elsewhere are left."""
    print(f"{store.prune(_current())} blocks of code that has changed are removed")
    return 0


def _current() -> dict[str, set[str]]:
    return {claim.label: {Fingerprint(claim).digest, Fingerprint(claim, "cases").digest} for claim in discover()}
