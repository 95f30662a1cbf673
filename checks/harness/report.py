"""verdicts.json, the machine-readable report; its schema is docs/verdicts.schema.json."""

import inspect
import json
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .budget import ALPHA, MISS, SLOTS
from .claim import Mutant, Row, Run
from .court import Outcome
from .markdown import markdown
from .registry import CHECKS, Pending
from .tables import slots

SCHEMA_VERSION = 2
_STEP = ("kind", "statement", "left", "right", "residual")
_LIBRARIES = ("numpy", "scipy", "sympy", "mpmath", "python-flint", "hypothesis", "pytest")


def prepare(directory: Path) -> None:
    """Make the directory and prove that it can be written; ``OSError`` otherwise."""
    directory.mkdir(parents=True, exist_ok=True)
    probe = directory / ".writable"
    probe.touch()
    probe.unlink()


def write(directory: Path, outcomes: Sequence[Outcome], unchecked: Sequence[Pending], run: Run) -> list[Path]:
    """Write verdicts.json and verdicts.md and return their paths; ``OSError`` if that fails."""
    prepare(directory)
    as_json, as_markdown = directory / "verdicts.json", directory / "verdicts.md"
    text = json.dumps(verdicts(outcomes, unchecked, run), indent=1, ensure_ascii=False, allow_nan=False)
    as_json.write_text(f"{text}\n", encoding="utf-8")
    as_markdown.write_text(markdown(outcomes, unchecked, run, commit()), encoding="utf-8")
    return [as_json, as_markdown]


def verdicts(outcomes: Sequence[Outcome], unchecked: Sequence[Pending], run: Run) -> dict[str, Any]:
    """Return the report as JSON values."""
    return {
        "schema_version": SCHEMA_VERSION,
        "commit": commit(),
        "tier": run.tier,
        "seeds": {"mode": run.seeds.mode, "root": run.seeds.root},
        "alpha": {"per_case": ALPHA, "miss_per_case": MISS, "slots": SLOTS, **slots(outcomes)},
        "environment": {
            "python": platform.python_version(),
            "platform": platform.platform(),
            **{name: _version(name) for name in _LIBRARIES},
        },
        "claims": [*map(_claim, outcomes), *map(_unchecked, unchecked)],
    }


def commit() -> str:
    """Return the commit, with "-dirty" if files differ or are unknown to git; "unknown" outside a checkout."""
    if not (head := _git("rev-parse", "HEAD")):
        return "unknown"
    # A claim file that git does not know yet is a difference too.
    return f"{head}-dirty" if _git("status", "--porcelain") else head


def _git(*arguments: str) -> str:
    try:
        found = subprocess.run(["git", *arguments], cwd=CHECKS.parent, capture_output=True, text=True, check=False)
    except FileNotFoundError:  # no git on this machine
        return ""
    return found.stdout.strip()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _claim(outcome: Outcome) -> dict[str, Any]:
    claim = outcome.claim
    return {
        "label": getattr(claim, "label", "?"),
        "id": claim.identifier(),
        "where": claim.where(),
        "title": claim.title_or_name(),
        "statement": inspect.cleandoc(claim.__doc__ or ""),
        "kind": claim.__bases__[0].__name__,
        "source": getattr(claim, "source", ""),
        "refutation": claim.refutation,
        "assumptions": list(outcome.assumptions),
        "uses": list(claim.used()),
        "derivation": {
            "verdict": outcome.derived,
            "reason": outcome.derived_reason,
            "where": claim.derived_where(),
            "result": outcome.result,
            "arguments": outcome.arguments,
            "inherited_arguments": outcome.inherited_arguments,
            "steps": [{name: getattr(step, name) for name in _STEP} for step in outcome.steps],
        },
        "observation": {"verdict": outcome.observation.verdict, "reason": outcome.observation.reason},
        "cases": [_case(row) for row in outcome.observation.rows],
        "mutants": [_mutant(mutant) for mutant in outcome.observation.mutants],
        "seconds": round(outcome.seconds, 3),
    }


def _unchecked(row: Pending) -> dict[str, Any]:
    return {
        "label": row.label,
        "id": None,
        "where": None,
        "title": row.title,
        "statement": None,
        "kind": None,
        "source": None,
        "refutation": "",
        "assumptions": [],
        "uses": [],
        "derivation": {
            "verdict": "none",
            "reason": "",
            "where": None,
            "result": "",
            "arguments": 0,
            "inherited_arguments": 0,
            "steps": [],
        },
        "observation": {"verdict": "not_checked", "reason": f"{row.reason}; needs: {row.needs}"},
        "cases": [],
        "mutants": [],
        "seconds": 0.0,
    }


def _case(row: Row) -> dict[str, Any]:
    return {
        "params": row.params,
        "quantity": row.quantity,
        "theory": row.theory.value,
        "theory_radius": row.theory.radius,
        "simulation": row.simulation,
        "n": row.n,
        "mean": row.simulation if row.n else None,
        "m2": row.m2,
        "interval": [row.interval.low, row.interval.high],
        "interval_kind": row.interval_kind,
        "numerical_error": row.numerical_error,
        "delta": row.delta,
        "scale": row.scale,
        "detectable": row.detectable,
        "alpha": row.alpha,
        "bias": row.bias,
        "side": row.side,
        "looks": row.looks,
        "finite_size": row.finite_size,
        "seed": row.seed,
        "verdict": row.verdict,
    }


def _mutant(mutant: Mutant) -> dict[str, Any]:
    return {"name": mutant.name, "shift": mutant.shift, "verdict": mutant.verdict}
