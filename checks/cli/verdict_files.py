"""verdicts.json as other commands read it: only what both of the accepted schema versions have."""

import json
from pathlib import Path
from typing import Any

from .command import Refused

ACCEPTED = (2, 3)

Json = dict[str, Any]


def read(path: Path) -> Json:
    """Return a report; ``Refused`` if it is missing, not JSON, or of a schema that is not accepted."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Refused(f"{path}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Refused(f"{path}: is not JSON ({error})") from None
    version = found.get("schema_version") if isinstance(found, dict) else None
    if version not in ACCEPTED:
        accepted = " or ".join(map(str, ACCEPTED))
        said = "no schema_version" if version is None else f"schema_version {version!r}"
        raise Refused(f"{path}: has {said}; a verdicts.json of schema {accepted} is accepted")
    return dict(found)


def by_label(report: Json, path: Path) -> dict[str, Json]:
    """Return the rows of the ledger by label; ``Refused`` where they are not what the schema says."""
    try:
        rows = {row["label"]: row for row in report["claims"]}
        for row in rows.values():
            _ = row["derivation"]["verdict"], row["derivation"]["result"], row["observation"]["verdict"]
            _ = [(m["name"], m["verdict"]) for m in row["mutants"]], row["statement"], row["id"]
            for case in row["cases"]:
                _ = case["params"].items(), case["quantity"], case["theory"] + case["theory_radius"]
                low, high = case["interval"]
                _ = low + high
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Refused(f"{path}: is not a verdicts.json of its schema ({type(error).__name__}: {error})") from None
    return rows
