"""verdicts.md: the table of all rows of the ledger, and a section for every claim that was checked."""

from collections.abc import Iterator, Sequence
from typing import Any

from .words import Values, budgets, case, checked, chosen_how, farthest_apart, head, mutants_refuted, seeds, why

_HEADER = ("label", "claim", "derivation", "observation", "mutants refuted", "evidence, or why not checked")


def markdown(verdicts: Values) -> str:
    """Return the document."""
    tier, root = verdicts["tier"], verdicts["seeds"]["root"]
    lines = [
        "# Verdicts",
        "",
        f"Commit {verdicts['commit']}.",
        *(f"{line[0].upper()}{line[1:]}." for line in (budgets(verdicts["alpha"]), seeds(tier, verdicts["seeds"]))),
        f"A row is reproduced by `pytest FILE --label LABEL --tier {tier} --seeds {root}`,",
        "with the file of its section. What the words mean is in docs/verdicts.md.",
        "",
        markdown_row(_HEADER),
        markdown_row(("---",) * len(_HEADER)),
    ]
    for claim in verdicts["claims"]:
        words = (claim["derivation"]["words"], claim["observation"]["words"])
        lines.append(markdown_row((claim["label"], claim["title"], *words, mutants_refuted(claim), why(claim))))
    header = head(verdicts)
    return "\n".join([*lines, *(f"\n{claim_page(c, header)}" for c in verdicts["claims"] if checked(c))]) + "\n"


def claim_page(claim: dict[str, Any], header: dict[str, Any]) -> str:
    """Return the section of one claim; ``header`` is the rest of verdicts.json, which says what it was checked with."""
    return "\n".join(_section(claim, header))


def _section(claim: Values, header: Values) -> Iterator[str]:
    yield from (f"## {claim['label']} {claim['title']}", "")
    yield from (claim["statement"] or claim["title"], "")
    derivation, observation = claim["derivation"], claim["observation"]
    yield f"- {derivation['words']} · {observation['words']}"
    if reasons := why(claim):
        yield f"- {reasons}"
    if checked(claim):
        inherited = [text for text in claim["assumptions"] if text not in claim["own_assumptions"]]
        yield f"- source: {claim['source']}"
        yield f"- assumptions: {'; '.join(claim['own_assumptions']) or 'none of its own'}"
        yield f"- assumptions of the claims it uses: {'; '.join(inherited) or 'none'}"
        yield f"- uses: {', '.join(claim['uses']) or 'none'}"
        yield f"- file: `{claim['where']}`; derivation: `{derivation['where']}`"
        yield f"- commit {header['commit']}; reproduced by `{claim['reproduce']}`"
    for mutant in claim["mutants"]:
        shift = f"largest shift {mutant['shift']:.3g}" if mutant["shift"] else "the prediction is the same"
        yield f"- mutant “{mutant['name']}”: {mutant['verdict']}, {shift}"
    if claim["cases"]:
        yield from ("", *_comparisons(claim["cases"]))
    if derivation["steps"]:
        yield from ("", f"Derivation of {derivation['result']}", "")
        for number, step in enumerate(derivation["steps"], start=1):
            yield f"{number}. *{step['kind']}*: {_formula(step['statement'])}{_residual(step)}"


def _comparisons(rows: list[dict[str, Any]]) -> Iterator[str]:
    shown = farthest_apart(rows)
    if len(rows) > len(shown):
        yield f"The {len(shown)} of {len(rows)} comparisons {chosen_how(rows)}:"
        yield ""
    header = ("case", "quantity", "theory", "simulation", "interval", "finite size", "δ", "D", "n", "verdict")
    yield markdown_row(header)
    yield markdown_row(("---",) * len(header))
    for row in shown:
        half = (row["interval"][1] - row["interval"][0]) / 2
        bound = {"upper": "≤ ", "lower": "≥ "}.get(row["side"], "")
        yield markdown_row(
            (
                case(row["params"]),
                row["quantity"],
                f"{bound}{row['theory']:.8g}",
                f"{row['simulation']:.8g} ± {half:.2g}",
                row["interval_kind"],
                row["finite_size"],
                f"{row['delta']:.2g}",
                f"{row['detectable']:.2g}",
                _replicates(row),
                row["verdict"],
            )
        )


def _replicates(row: Values) -> str:
    look = f" (look {row['looks']})" if (row["looks"] or 1) > 1 else ""
    return "" if row["n"] is None else f"{row['n']}{look}"


def _formula(text: str) -> str:
    """Return a formula, in which [f](x) is no link."""
    return text.replace("](", "]\\(")


def _residual(step: Values) -> str:
    wrong = step["kind"] == "exact" and step["residual"] != "0"
    return f" (**does not hold**: the sides differ by {step['residual']})" if wrong else ""


def markdown_row(texts: Sequence[str]) -> str:
    """Return the row of a table."""
    return "| " + " | ".join(text.replace("|", "\\|").replace("\n", " ") for text in texts) + " |"
