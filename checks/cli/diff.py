"""``python -m checks diff``: what differs between two runs."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from ..harness.registry import in_order
from .command import Commands, add
from .verdict_files import Json, by_label, read

SHOWN = 5
"""Numbers of a claim that are printed one by one."""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add(commands, "diff", run, "compare two verdicts.json: 0 if they agree, 1 if they differ")
    parser.add_argument("before", type=Path, metavar="A.json")
    parser.add_argument("after", type=Path, metavar="B.json")


def run(chosen: argparse.Namespace) -> int:
    """Print what the runs were made with, where that differs, and every difference in what they found."""
    before, after = read(chosen.before), read(chosen.after)
    for line in headers(before, after):
        print(line)
    old, new = by_label(before, chosen.before), by_label(after, chosen.after)
    found = 0
    for label in in_order({*old, *new}):
        if label not in old or label not in new:
            where = chosen.before if label in old else chosen.after
            print(f"{label}: a row of {where} only")
            found += 1
            continue
        for line in differences(old[label], new[label]):
            print(f"{label}: {line}")
            found += 1
        if note := not_in_common(old[label], new[label]):
            print(f"{label}: note: {note}")
    both = len(old.keys() & new.keys())
    print(f"{found} difference{'' if found == 1 else 's'}" if found else f"the {both} rows agree")
    return 1 if found else 0


def headers(before: Json, after: Json) -> Iterator[str]:
    """Yield what the runs were made with, where it differs: this alone is no difference of what they found."""
    for name in ("schema_version", "commit", "tier", "seeds", "environment"):
        a, b = before.get(name), after.get(name)
        if isinstance(a, dict) and isinstance(b, dict):
            for part in sorted({*a, *b}):
                if a.get(part) != b.get(part):
                    yield f"made with {name} {part}: {a.get(part)} → {b.get(part)}"
        elif a != b:
            yield f"made with {name}: {a} → {b}"


def differences(old: Json, new: Json) -> Iterator[str]:
    """Yield every difference of a row: verdicts, statement, derivation, mutants, numbers."""
    if (old["id"] is None) != (new["id"] is None):  # a claim in one, pending in the other
        verdicts = (f"{row['derivation']['verdict']} · {row['observation']['verdict']}" for row in (old, new))
        yield " → ".join(verdicts)
        return
    for witness in ("derivation", "observation"):
        a, b = old[witness], new[witness]
        if a["verdict"] != b["verdict"]:
            reason = b.get("reason")
            yield f"{witness} {a['verdict']} → {b['verdict']}{f' ({reason})' if reason else ''}"
    if old["statement"] != new["statement"]:
        yield "the statement is another"
    if old["derivation"]["result"] != new["derivation"]["result"]:
        yield f"the derivation's result is another: {old['derivation']['result']} → {new['derivation']['result']}"
    for name in ("arguments", "inherited_arguments"):
        a, b = (row["derivation"].get(name) for row in (old, new))
        if a != b:
            yield f"{name.replace('_', ' ')} of the derivation: {a} → {b}"
    yield from _fates(old, new)
    moved = list(_moved(old, new))
    yield from moved[:SHOWN]
    if len(moved) > SHOWN:
        yield f"and {len(moved) - SHOWN} more numbers moved"


def not_in_common(old: Json, new: Json) -> str:
    """Say how many comparisons only one of two runs has: other seeds and tiers draw other cases."""
    a, b = _cases(old), _cases(new)
    if a.keys() == b.keys() or None in (old["id"], new["id"]):
        return ""
    only = len(a.keys() - b.keys()), len(b.keys() - a.keys())
    return f"comparisons in both {len(a.keys() & b.keys())}, in the first only {only[0]}, in the second only {only[1]}"


def _fates(old: Json, new: Json) -> Iterator[str]:
    a, b = ({mutant["name"]: mutant["verdict"] for mutant in row["mutants"]} for row in (old, new))
    for name in [*a, *(name for name in b if name not in a)]:
        if a.get(name) != b.get(name):
            yield f"mutant “{name}”: {a.get(name, 'not there')} → {b.get(name, 'not there')}"


def _moved(old: Json, new: Json) -> Iterator[str]:
    """Yield the numbers that moved by more than what both runs state as their errors."""
    a, b = _cases(old), _cases(new)
    for key in (key for key in a if key in b):
        one, two = a[key], b[key]
        params = ", ".join(f"{name} = {value}" for name, value in one["params"].items()) or "its only case"
        at = f"{one['quantity']} at {params}" if one["quantity"] else f"at {params}"
        if abs(one["theory"] - two["theory"]) > one["theory_radius"] + two["theory_radius"]:
            yield f"theory {one['theory']:.12g} → {two['theory']:.12g} {at}"
        if one["interval"][0] > two["interval"][1] or two["interval"][0] > one["interval"][1]:
            yield f"simulation {one['interval']} → {two['interval']}, apart, {at}"


def _cases(row: Json) -> dict[str, Json]:
    return {json.dumps([case["params"], case["quantity"]], sort_keys=True): case for case in row["cases"]}
