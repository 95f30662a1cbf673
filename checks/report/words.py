"""Sentences that several parts of the report share."""

from collections.abc import Mapping
from typing import Any

SCHEMA_VERSION = 3
"""Of verdicts.json, which docs/verdicts.schema.json describes."""

NOT_SELECTED = "not selected in this run"
"""Why a claim was not checked that could have been."""

Values = Mapping[str, Any]
"""A claim, a comparison or the head of verdicts.json, as its schema describes them."""


def head(verdicts: Values) -> dict[str, Any]:
    """Return what a report says of all its claims: commit, tier, seeds, budgets, environment."""
    return {name: value for name, value in verdicts.items() if name != "claims"}


def budgets(alpha: Values) -> str:
    """Say what is spent of the budgets of false alarms and of undecided cases."""
    false, missed, slots = alpha["per_case"], alpha["miss_per_case"], alpha["slots"]
    return (
        f"budgets: {alpha['spent']} of {slots} statistical cases, {alpha['nominal']} of them nominal (by the central "
        f"limit theorem); a false alarm at most {false:g} each and {false * slots:g} for the suite; a true case "
        f"undecided at most {missed:g} each and {missed * slots:g} for the suite"
    )


def seeds(tier: str, chosen: Values) -> str:
    """Say which tier and which random numbers, and how to get the same again."""
    return f"tier {tier}; seeds {chosen['mode']}, repeated by --seeds {chosen['root']}"


def checked(claim: Values) -> bool:
    """Tell whether a row of the ledger was checked in this run."""
    return str(claim["observation"]["verdict"]) != "not_checked"


def why(claim: Values) -> str:
    """Return the evidence for the verdicts of a claim, or why there is none and what it would take."""
    found = claim["observation"]
    if not checked(claim):
        return f"{found['reason']}; needs: {found['needs']}"
    return "; ".join(filter(None, (claim["derivation"]["reason"], found["reason"])))


def mutants_refuted(claim: Values) -> str:
    """Return how many of the mutants are refuted, as in "5 of 6"; nothing for a row that was not checked."""
    refuted = sum(mutant["verdict"] == "refuted" for mutant in claim["mutants"])
    return f"{refuted} of {len(claim['mutants'])}" if checked(claim) else ""


def case(params: Values) -> str:
    """Return the parameters of a case as "name = value", joined by commas."""
    return ", ".join(f"{name} = {value}" for name, value in params.items())


def apart(row: Values) -> float:
    """Return by how many D theory and simulation differ; the scale is the unit where nothing at all can differ."""
    return float(abs(row["simulation"] - row["theory"]) / (row["detectable"] or row["scale"]))


def strain(row: Values) -> float:
    """Return by how many D a row strains the prediction: ``apart``, how far a bound is exceeded, negative if kept."""
    below, side = row["simulation"] < row["theory"], row.get("side", "")
    return -apart(row) if side and below == (side == "upper") else apart(row)


def farthest_apart(rows: list[dict[str, Any]], most: int = 12) -> list[dict[str, Any]]:
    """Return all rows if they are few, else those that strain the prediction most."""
    return rows if len(rows) <= most else sorted(rows, key=strain, reverse=True)[:most]


def chosen_how(rows: list[dict[str, Any]]) -> str:
    """Say which rows ``farthest_apart`` chooses."""
    bounds = any(row.get("side") for row in rows)
    return "beyond the bound or nearest to it" if bounds else "in which theory and simulation are farthest apart"
