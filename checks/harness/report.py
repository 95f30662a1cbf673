"""verdicts.json, the machine-readable report; its schema is docs/verdicts.schema.json."""

import inspect
import json
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ..report.words import SCHEMA_VERSION
from .claim import Claim, Mutant, Row, Run
from .code import code
from .court import Outcome
from .registry import CHECKS, Pending, counted
from .tables import budget

_STEP = ("kind", "statement", "left", "right", "residual")
_SETTINGS = ("resolution", "exponents", "log_power", "correction")
_BY_TIER = ("examples", "sharpening", "most", "replicates")
_LIBRARIES = ("numpy", "scipy", "sympy", "mpmath", "python-flint", "hypothesis", "pytest")


def prepare(target: Path) -> None:
    """Make the directory of a report or a lone ``FILE.json`` and prove that it can be written; else ``OSError``."""
    directory = target.parent if _alone(target) else target
    if not directory.exists():
        directory.mkdir(parents=True)
        if not _alone(target):  # a report inside the repository is no change of it
            (directory / ".gitignore").write_text("*\n", "utf-8")
    probe = directory / ".writable"
    probe.touch()
    probe.unlink()


def write(target: Path, found: dict[str, Any]) -> Path:
    """Write verdicts.json, before anything is made of it, and return its path; ``OSError`` if that fails."""
    prepare(target)
    path = target if _alone(target) else target / "verdicts.json"
    text = json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(f"{text}\n", encoding="utf-8")
    return path


def render(target: Path, found: dict[str, Any]) -> list[Path]:
    """Write pages, tables and figures beside verdicts.json, and return those to open; nothing for a lone file."""
    if _alone(target):
        return []
    # Here, because a run without a report has no use for Matplotlib, which takes longer to import than pytest.
    from ..report.write import render as rendered

    return rendered(found, target)


def _alone(target: Path) -> bool:
    return target.suffix == ".json"


def verdicts(outcomes: Sequence[Outcome], unchecked: Sequence[Pending], run: Run) -> dict[str, Any]:
    """Return the report as JSON values, all rows of the ledger in its order."""
    claims = [*(_claim(outcome, run) for outcome in outcomes), *map(_unchecked, unchecked)]
    return {
        "schema_version": SCHEMA_VERSION,
        "commit": commit(),
        "tier": run.tier,
        "seeds": {"mode": run.seeds.mode, "root": run.seeds.root},
        "alpha": budget(outcomes),
        "environment": {
            "python": platform.python_version(),
            "platform": platform.platform(),
            **{name: _version(name) for name in _LIBRARIES},
        },
        "claims": sorted(claims, key=lambda claim: counted(claim["label"])),
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


def _claim(outcome: Outcome, run: Run) -> dict[str, Any]:
    claim = outcome.claim
    label = getattr(claim, "label", "?")
    rows = outcome.observation.rows
    names = list(rows[0].params) if rows else []  # Hypothesis draws them in any order
    return {
        "label": label,
        "id": claim.identifier(),
        "where": claim.where(),
        "title": claim.title_or_name(),
        "statement": inspect.cleandoc(claim.__doc__ or ""),
        "kind": claim.__bases__[0].__name__,
        "source": getattr(claim, "source", ""),
        "refutation": claim.refutation,
        "assumptions": list(outcome.assumptions),
        "own_assumptions": list(claim.assumptions) if isinstance(claim.assumptions, tuple) else [],
        "uses": list(claim.used()),
        "derivation": {
            "verdict": outcome.derived,
            "words": outcome.derivation_words,
            "reason": outcome.derived_reason,
            "where": claim.derived_where(),
            "result": outcome.result,
            "arguments": outcome.arguments,
            "inherited_arguments": outcome.inherited_arguments,
            "steps": [{name: getattr(step, name) for name in _STEP} for step in outcome.steps],
        },
        "observation": {
            "verdict": outcome.observation.verdict,
            "words": outcome.observation_words,
            "reason": outcome.observation.reason,
            "witness": outcome.observation.witness,
            "needs": "",
        },
        "cases": [_case(row, names) for row in rows],
        "mutants": [_mutant(mutant) for mutant in outcome.observation.mutants],
        "settings": _settings(claim, run.tier),
        "code": code(claim),
        "reproduce": f"{_pytest(claim)} {_file(claim)} --label {label} --tier {run.tier} --seeds {run.seeds.root}",
        "seconds": round(outcome.seconds, 3),
    }


def _settings(claim: type[Claim], tier: str) -> dict[str, Any]:
    """Return what the claim asks of its kind, and what the kind does for it in this tier."""
    plain = {name: getattr(claim, name, None) for name in _SETTINGS}
    tiered = {name: getattr(claim, name, {}).get(tier) for name in _BY_TIER}
    return {name: value for name, value in {**plain, **tiered}.items() if isinstance(value, int | float | tuple)}


def _file(claim: type[Claim]) -> str:
    return claim.where().rpartition(":")[0]


def _pytest(claim: type[Claim]) -> str:
    """Return how pytest is called: outside the project it has to be told of the plugin."""
    return "pytest" if claim.__module__.startswith("checks.claims.") else "pytest -p checks.harness.plugin"


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
        "own_assumptions": [],
        "uses": [],
        "derivation": {
            "verdict": "none",
            "words": "none",
            "reason": "",
            "where": None,
            "result": "",
            "arguments": 0,
            "inherited_arguments": 0,
            "steps": [],
        },
        "observation": {
            "verdict": "not_checked",
            "words": "not_checked",
            "reason": row.reason,
            "witness": "",
            "needs": row.needs,
        },
        "cases": [],
        "mutants": [],
        "settings": {},
        "code": [],
        "reproduce": None,
        "seconds": 0.0,
    }


def _case(row: Row, names: list[str]) -> dict[str, Any]:
    return {
        "params": {name: row.params[name] for name in (*names, *row.params) if name in row.params},
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
        "points": [list(point) for point in row.points],
        "finite_size": row.finite_size,
        "seed": row.seed,
        "verdict": row.verdict,
    }


def _mutant(mutant: Mutant) -> dict[str, Any]:
    return {"name": mutant.name, "shift": mutant.shift, "verdict": mutant.verdict}
