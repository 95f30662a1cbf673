"""``python -m checks release``: keeps a report small enough to be committed with a release."""

import argparse
import json
import sys
from pathlib import Path

from ..report.words import strain
from .command import Commands, Refused, add
from .verdict_files import Json, by_label, read

LIMIT = 4_000_000
"""Bytes that a released report may have."""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add(commands, "release", run, "copy a verdicts.json for a release, with fewer comparisons if it is large")
    parser.add_argument("report", type=Path, metavar="verdicts.json")
    parser.add_argument("target", type=Path, metavar="TARGET")


def run(chosen: argparse.Namespace) -> int:
    """Write the report to the target and say what of it is kept."""
    report = read(chosen.report)
    by_label(report, chosen.report)
    if report["seeds"]["mode"] != "released":
        raise Refused(f"{chosen.report}: was made with seeds {report['seeds']['mode']}; a release takes released ones")
    text, most = shortened(report)
    try:
        chosen.target.parent.mkdir(parents=True, exist_ok=True)
        chosen.target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{chosen.target}: cannot be written ({error.strerror})") from None
    kept = "all comparisons" if most is None else f"at most {most} comparisons of a claim, those farthest apart"
    print(f"{chosen.target}: {len(text.encode()) / 1e6:.2f} MB, {kept}")
    if not str(report["commit"]).isalnum():
        print(f"commit {report['commit']}: commit all changes and release again before it is cited", file=sys.stderr)
    return 0


def shortened(report: Json, limit: int = LIMIT) -> tuple[str, int | None]:
    """Return the report as text of at most ``limit`` bytes, and how many comparisons of a claim are kept (None: all).

    Errors: ``Refused`` if it is too large without any.
    """
    text = _text(report)
    most = max((len(row["cases"]) for row in report["claims"]), default=0)
    if len(text.encode()) <= limit:
        return text, None
    while most:
        most //= 2
        text = _text({**report, "claims": [_kept(row, most) for row in report["claims"]]})
        if len(text.encode()) <= limit:
            return text, most
    raise Refused(f"the report has more than {limit} bytes without any comparison")


def _kept(row: Json, most: int) -> Json:
    """Keep the comparisons that strain the prediction most, measured by D, in their order."""
    cases = row["cases"]
    if len(cases) <= most:
        return row

    order = sorted(range(len(cases)), key=lambda i: strain(cases[i]), reverse=True)
    farthest = sorted(order[:most])
    reason = f"{row['observation']['reason']}; kept here: the {most} of {len(cases)} comparisons farthest apart"
    return {**row, "cases": [cases[i] for i in farthest], "observation": {**row["observation"], "reason": reason}}


def _text(report: Json) -> str:
    return json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
