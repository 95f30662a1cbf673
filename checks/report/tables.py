"""Tables as CSV, Markdown and LaTeX: all verdicts, and for each claim theory against simulation."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .digits import rounded, short, with_half
from .latex import escape, number, prose
from .markdown import markdown_row
from .values import half, share, short_case
from .words import NOT_SELECTED, Values, checked, chosen_how, farthest_apart, mutants_refuted, why

BOUND = {"": "", "upper": "≤ ", "lower": "≥ "}
_NUMBERS = (
    *("theory", "theory_radius", "simulation", "interval_kind", "numerical_error", "n", "bias", "delta", "scale"),
    *("detectable", "side", "finite_size", "alpha", "looks", "seed", "verdict"),
)
_VERDICTS = ("label", "claim", "derivation", "observation", "mutants refuted")


def provenance(header: Values, command: str) -> list[str]:
    """Return what every table says of where it comes from."""
    seeds = header["seeds"]
    return [
        f"commit {header['commit']}",
        f"tier {header['tier']}, seeds {seeds['mode']} ({seeds['root']})",
        f"reproduced by: {command}",
    ]


def short_commit(commit: str) -> str:
    """Return twelve digits of a commit, and "-dirty" where files differed."""
    digits, _, dirty = commit.partition("-")
    return f"{digits[:12]}{'-' if dirty else ''}{dirty}"


def run_command(header: Values) -> str:
    """Return the command that repeats the whole run, as far as claims of the project go."""
    labels = [claim["label"] for claim in header["claims"] if checked(claim)]
    whole = not any(claim["observation"]["reason"] == NOT_SELECTED for claim in header["claims"])
    chosen = "" if whole or not labels else f" --label {','.join(labels)}"
    return f"pytest checks/{chosen} --tier {header['tier']} --seeds {header['seeds']['root']}"


def verdicts_csv(verdicts: Values) -> str:
    """Return all rows of the ledger as CSV, a comment above."""
    rows = [[*_verdict(claim), why(claim), claim["source"] or "", claim["where"] or ""] for claim in verdicts["claims"]]
    header = (*_VERDICTS, "evidence, or why not checked", "source", "where")
    return _csv(provenance(verdicts, run_command(verdicts)), header, rows)


def verdicts_markdown(verdicts: Values) -> str:
    """Return all rows of the ledger as a Markdown table."""
    rows = [_verdict(claim) for claim in verdicts["claims"]]
    return _markdown(provenance(verdicts, run_command(verdicts)), _VERDICTS, rows)


def verdicts_latex(verdicts: Values) -> str:
    """Return all rows of the ledger as a ``longtable`` of the label ``tab:verdicts``."""
    checked_rows = sum(map(checked, verdicts["claims"]))
    caption = f"Verdicts: {checked_rows} of {len(verdicts['claims'])} entries are checked. "
    lines = [
        *(f"% {line}" for line in provenance(verdicts, run_command(verdicts))),
        r"{\small\begin{longtable}{@{}l>{\raggedright}p{0.4\linewidth}>{\raggedright}p{0.2\linewidth}ll@{}}",
        rf"\caption{{{caption}{_note(verdicts, run_command(verdicts))}}}\label{{tab:verdicts}}\\",
        rf"\toprule {_cells(map(escape, _VERDICTS))} \midrule\endfirsthead",
        rf"\toprule {_cells(map(escape, _VERDICTS))} \midrule\endhead",
        r"\bottomrule\endfoot",
    ]
    for claim in verdicts["claims"]:
        label, title, *rest = _verdict(claim)
        lines.append(_cells((escape(label), prose(title), *map(escape, rest))))
    return "\n".join([*lines, r"\end{longtable}}", ""])


def claim_csv(claim: Values, header: Values) -> str:
    """Return all comparisons of a claim as CSV, numbers as they are, a comment above."""
    columns = ("case", "quantity", *_NUMBERS, "low", "high", "difference_over_D")
    rows = [
        [
            json.dumps(row["params"], ensure_ascii=False),
            row["quantity"],
            *(row[name] for name in _NUMBERS),
            *row["interval"],
            share(row),
        ]
        for row in claim["cases"]
    ]
    return _csv([f"{claim['label']} {claim['title']}", *provenance(header, claim["reproduce"])], columns, rows)


def claim_markdown(claim: Values, header: Values) -> str:
    """Return the comparisons of a claim, of many those farthest apart, as a Markdown table."""
    shown = farthest_apart(claim["cases"])
    columns, rows = comparison(claim, shown)
    above = [f"{claim['label']} {claim['title']}. {cut(claim, len(shown))}", *provenance(header, claim["reproduce"])]
    return _markdown(above, columns, rows)


def claim_latex(claim: Values, header: Values) -> str:
    """Return the comparisons of a claim as a LaTeX table of the label ``tab:LABEL``; needs booktabs and array."""
    shown = farthest_apart(claim["cases"])
    columns, rows = comparison(claim, shown)
    kinds = "; ".join(sorted({row["interval_kind"] for row in claim["cases"]}))
    caption = (
        f"{escape(claim['label'])} {prose(claim['title'])}: theory and simulation. {escape(cut(claim, len(shown)))}"
    )
    texts = [name in ("case", "quantity", "verdict") for name in columns]
    widths = {"case": r">{\raggedright}p{0.3\linewidth}", "quantity": r">{\raggedright}p{0.12\linewidth}"}
    lines = [
        *(f"% {line}" for line in provenance(header, claim["reproduce"])),
        r"\begin{table}[htbp]\centering\footnotesize",
        rf"\caption{{{caption} Intervals: {escape(kinds or 'none')}. {_note(header, claim['reproduce'])}}}",
        rf"\label{{tab:{claim['label']}}}",
        rf"\begin{{tabular}}{{@{{}}{''.join(widths.get(name, 'l') for name in columns)}@{{}}}}",
        rf"\toprule {_cells(map(escape, columns))} \midrule",
    ]
    for row in rows:
        lines.append(_cells(escape(cell) if text else _amount(cell) for cell, text in zip(row, texts, strict=True)))
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", r"\end{table}", ""])


def comparison(claim: Values, rows: Sequence[Values]) -> tuple[list[str], list[list[str]]]:
    """Return the columns of the table theory | simulation that say something, and its rows as text."""
    cells: dict[str, list[str]] = {
        "case": [short_case(row["params"]) for row in rows],
        "quantity": [row["quantity"] for row in rows],
        "theory": [f"{BOUND[row['side']]}{rounded(row['theory'], half(row)) if row['theory'] else 0}" for row in rows],
        "simulation": [with_half(row["simulation"], half(row)) for row in rows],
        "B": [short(row["bias"]) if row["bias"] else "" for row in rows],
        "δ": [short(row["delta"]) for row in rows],
        "D": [short(row["detectable"]) for row in rows],
        "(S − T)/D": [short(share(row)) for row in rows],
        "n": ["" if row["n"] is None else str(row["n"]) for row in rows],
        "verdict": [row["verdict"] for row in rows],
    }
    kept = {name: column for name, column in cells.items() if any(column) or name == "verdict"}
    return list(kept), [list(row) for row in zip(*kept.values(), strict=True)]


def cut(claim: Values, shown: int) -> str:
    """Say which of the comparisons are shown."""
    if shown == len(claim["cases"]):
        return f"All {shown} comparisons." if shown > 1 else "The only comparison." if shown else "No comparison."
    return f"The {shown} of {len(claim['cases'])} comparisons {chosen_how(claim['cases'])}, in units of D."


def all_latex(names: Iterable[str]) -> str:
    r"""Return a document that ``\input``-s the tables of these file names."""
    inputs = [rf"\input{{{name}.tex}}\clearpage" for name in names]
    packages = r"\usepackage{amsmath,amssymb,array,booktabs,longtable}"
    return "\n".join(
        [
            "% pdflatex all.tex, twice, for the references; the preamble is what the tables need",
            r"\documentclass{article}",
            r"\usepackage[T1]{fontenc}",
            r"\usepackage[utf8]{inputenc}",
            packages,
            r"\usepackage[a4paper,landscape,margin=15mm]{geometry}",
            r"\begin{document}",
            *inputs,
            r"\end{document}",
            "",
        ]
    )


def _verdict(claim: Values) -> list[str]:
    words = (claim["derivation"]["words"], claim["observation"]["words"].replace("_", " "))
    return [claim["label"], claim["title"], *words, mutants_refuted(claim)]


def _note(header: Values, command: str) -> str:
    _, run, _ = provenance(header, command)
    return escape(f"Commit {short_commit(header['commit'])}, {run}.")


def _cells(texts: Iterable[str]) -> str:
    return rf"{' & '.join(texts)} \tabularnewline"


def _amount(cell: str) -> str:
    sign, amount = (cell[:2], cell[2:]) if cell[:1] in ("≤", "≥") else ("", cell)
    return f"{escape(sign)}{' ' if sign else ''}{number(amount)}" if cell else ""


def _csv(comment: Sequence[str], header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    text.writelines(f"# {' '.join(line.split())}\n" for line in comment)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _markdown(comment: Sequence[str], header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines: Iterator[str] = map(markdown_row, (header, ["---"] * len(header), *rows))
    return "\n".join([*comment[:1], "", *lines, "", *(f"{line}  " for line in comment[1:]), ""])
