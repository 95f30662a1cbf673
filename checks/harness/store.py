"""The store: results of blocks in one SQLite file, so that a killed run resumes and a second one is instant.

Only the main process opens it, one run at a time. Every row carries a checksum, and a file that was closed carries a
seal, the digest of all its bytes; what does not match is never used.
"""

import contextlib
import hashlib
import math
import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from .blocks import Block
from .fingerprint import Fingerprint

APPLICATION = 0x41505043  # "APPC", in the file's header
FORMAT = 1
"""Of the table and its keys."""


class StoreError(Exception):
    """A store that cannot be used; the message says why."""


class DamagedStore(StoreError):  # noqa: N818 - a state of a store
    """A store of the checks whose bytes are not those that were written."""


class Store:
    """An open store. ``with Store(path) as store``; errors: ``StoreError``, ``DamagedStore``."""

    def __init__(self, path: Path, *, since: float = math.inf) -> None:
        self.path, self.since = path, since
        self._codes: dict[tuple[type, tuple[str, ...]], Fingerprint | None] = {}
        self._looked: dict[str, float] = {}
        self._changed: set[str] = set()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            known = path.exists()
            if known:
                self._check_header()
            self._base = sqlite3.connect(path, isolation_level=None, timeout=0.2)
        except (OSError, sqlite3.OperationalError) as error:
            raise StoreError(f"{path} cannot be opened ({error})") from None
        try:
            self._begin(known)
            if known and not self._is_sealed() and (found := self.damage()):
                raise DamagedStore(f"{path}: {found}")
            self.seal.unlink(missing_ok=True)
        except (OSError, sqlite3.DatabaseError, StoreError) as error:
            self._base.close()
            if isinstance(error, StoreError):
                raise
            if "locked" in str(error):
                raise StoreError(f"{path} is in use by another run") from None
            if isinstance(error, OSError) or any(word in str(error) for word in ("unable", "readonly")):
                raise StoreError(f"{path} cannot be written ({error})") from None
            raise DamagedStore(f"{path}: {error}") from None

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def seal(self) -> Path:
        """The file beside the store that holds the digest of all its bytes while it is closed."""
        return self.path.with_name(f"{self.path.name}.seal")

    def _sealed(self) -> str:
        """Return the digest in the seal, "" if there is none; what is no digest is no seal of ours."""
        text = self.seal.read_text("ascii", "replace").strip() if self.seal.is_file() else ""
        return text if re.fullmatch("[0-9a-f]{64}", text) else ""

    def _check_header(self) -> None:
        """Look at the bytes alone: SQLite may change a file by opening it."""
        with self.path.open("rb") as file:
            header = file.read(100)
        if header.startswith(b"SQLite format 3") and header[68:72] == APPLICATION.to_bytes(4):
            return
        if self._sealed() or not header:
            raise DamagedStore(f"{self.path}: {'it does not begin as a store does' if header else 'it is empty'}")
        raise StoreError(f"{self.path} is not a store of the checks; name another file, or remove it")

    def _is_sealed(self) -> bool:
        """Compare all bytes with the seal, now that nobody else writes them."""
        sealed = self._sealed()
        if sealed and sealed != _digest(self.path.read_bytes()):
            raise DamagedStore(f"{self.path}: its bytes are not those that were sealed")
        return bool(sealed)

    def _begin(self, known: bool) -> None:
        self._base.execute("PRAGMA locking_mode = EXCLUSIVE")
        if not known:
            self._base.execute(f"PRAGMA application_id = {APPLICATION}")
            self._base.execute(
                "CREATE TABLE blocks (key TEXT PRIMARY KEY, label TEXT, code TEXT, result TEXT, checksum TEXT) STRICT"
            )
        self._base.execute("PRAGMA journal_mode = WAL")  # a commit is a write, and a kill leaves whole rows
        self._base.execute("PRAGMA synchronous = NORMAL")
        self._base.execute("BEGIN EXCLUSIVE")
        self._base.execute("COMMIT")

    def damage(self) -> str:
        """Return what is wrong with the file, "" if nothing is."""
        if (word := self._base.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
            return str(word).splitlines()[0]
        rows = self._base.execute("SELECT key, label, code, result, checksum FROM blocks")
        bad = sum(_checksum(*row[:4]) != row[4] for row in rows)
        return f"{bad} of its blocks have a wrong checksum" if bad else ""

    def key(self, block: Block, *, now: bool = False) -> tuple[str, str] | None:
        """Return the key of a block and the digest of its code; None if its code cannot be known.

        It cannot if a file was changed ``since`` the run began: nobody knows which version a worker has imported.
        """
        which = block.claim, ("cases",) if block.method == "drawn" else ()
        if which not in self._codes:
            try:
                self._codes[which] = Fingerprint(block.claim, *which[1])
            except Exception:  # code without a file, or that is not to be understood, is simulated each time
                self._codes[which] = None
        code = self._codes[which]
        if code is None or self._has_changed(code, now):
            return None
        text = "\n".join((str(FORMAT), code.digest, block.claim.label, block.method, block.text))
        return _digest(text.encode()), code.digest

    def _has_changed(self, code: Fingerprint, now: bool) -> bool:
        """Tell whether a file was changed since the run began; looked at ``now``, or twice a second at most."""
        clock = time.monotonic()
        if now or clock > self._looked.get(code.digest, -math.inf) + 0.5:
            self._looked[code.digest] = clock
            if any(not file.exists() or file.stat().st_mtime > self.since for file in code.files):
                self._changed.add(code.digest)
        return code.digest in self._changed

    def get(self, block: Block) -> str | None:
        """Return the stored result, None if there is none; ``DamagedStore`` if it is not what was stored."""
        if (key := self.key(block)) is None:
            return None
        found = self._base.execute(
            "SELECT key, label, code, result, checksum FROM blocks WHERE key = ?", key[:1]
        ).fetchone()
        if found is None:
            return None
        if _checksum(*found[:4]) != found[4] or found[0] != key[0]:
            raise DamagedStore(f"{self.path}: block {block} has a wrong checksum")
        return str(found[3])

    def put(self, block: Block, result: str) -> None:
        """Store a result, at once; ``sqlite3.Error`` if the disk does not take it."""
        if (key := self.key(block, now=True)) is not None:
            row = (key[0], block.claim.label, key[1], result)
            self._base.execute("INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?, ?)", (*row, _checksum(*row)))

    def contents(self) -> Iterator[tuple[str, str, int]]:
        """Yield label, code and number of blocks."""
        yield from self._base.execute("SELECT label, code, count(*) FROM blocks GROUP BY label, code ORDER BY label")

    def prune(self, current: dict[str, set[str]]) -> int:
        """Remove the blocks of labels whose ``current`` code is another, and return how many they were."""
        stale = [(label, code) for label, code, _ in self.contents() if code not in current.get(label, {code})]
        delete = "DELETE FROM blocks WHERE label = ? AND code = ?"
        removed = sum(self._base.execute(delete, which).rowcount for which in stale)
        self._base.execute("VACUUM")
        return removed

    def close(self) -> None:
        """Close the file and seal it; where the disk takes no seal there is none, and every row is checked instead."""
        self._base.close()
        with contextlib.suppress(OSError):
            fresh = self.seal.with_name(f"{self.seal.name}.new")
            fresh.write_text(_digest(self.path.read_bytes()), "ascii")
            fresh.replace(self.seal)


def set_aside(path: Path) -> Path:
    """Rename a damaged store, so that a new one can begin and nothing is lost; return the new name."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm", ".seal"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(f"{path.name}{suffix}").rename(aside.with_name(f"{aside.name}{suffix}"))
    return aside


def _checksum(*texts: object) -> str:
    return _digest("\n".join(map(str, texts)).encode())


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
