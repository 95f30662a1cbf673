"""What is too slow or too random to gate a change: ``python -m checks.evidence``, or ``make evidence``.

Runs on fresh seeds, the full tier, a second run from the store, automatic mutation, kills. The summary is a table,
``evidence/summary.md``. Everything runs in the directory of the project; 80 minutes on two processors, 60 of
them for planted faults (``--minutes``).
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from .kills import IN_FLIGHT, Killer
from .mutation import ROOT, Trial, baseline, explanations, sites, try_all

Row = tuple[str, str, str, bool]  # what, figure, what was asked, whether it holds


def main() -> int:
    """Do the parts that are asked for, write the summary and return 0 if everything holds."""
    parser = argparse.ArgumentParser(prog="python -m checks.evidence", description=__doc__)
    parser.add_argument("--parts", default=",".join(PARTS), help=f"default: {','.join(PARTS)}")
    parser.add_argument("--out", type=Path, default=Path("evidence"), metavar="DIR")
    parser.add_argument("--workers", type=int, default=2, help="faults that are tried at a time")
    parser.add_argument("--kills", type=int, default=50, help="how many runs are killed")
    parser.add_argument(
        "--files", default="", help="plant faults only in files whose path contains one of these, joined by commas"
    )
    parser.add_argument("--minutes", type=float, default=60, help="how long faults are planted, in random order")
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    details: list[str] = []
    for name in chosen.parts.split(","):
        if name not in PARTS:
            parser.error(f"there is no part {name!r}; there are {', '.join(PARTS)}")
        more, text = PARTS[name](chosen)
        rows, details = rows + more, details + text
        (chosen.out / "summary.md").write_text(summary(rows, details), "utf-8")
        print(
            *(" | ".join((what, figure, "" if holds else "FAILS")) for what, figure, _, holds in more),
            sep="\n",
            flush=True,
        )
    print(chosen.out / "summary.md")
    return 0 if all(holds for *_, holds in rows) else 1


def fresh(chosen: argparse.Namespace) -> tuple[list[Row], list[str]]:
    """Check on three fresh seeds, without a store."""
    return [
        _checked(f"fresh seeds {i}", chosen.out / f"fresh-{i}", "--seeds", "fresh", "--no-store") for i in (1, 2, 3)
    ], []


def full(chosen: argparse.Namespace) -> tuple[list[Row], list[str]]:
    """Check the full tier, then again from the store."""
    with tempfile.TemporaryDirectory() as name:
        store = ("--store", f"{name}/store.sqlite")
        times = []
        rows = []
        for what, directory, tier in (
            ("quick tier", "quick", "quick"),
            ("quick tier, from the store", "quick-again", "quick"),
            ("full tier", "full", "full"),
            ("full tier, from the store", "full-again", "full"),
        ):
            begun = time.monotonic()
            rows.append(_checked(what, chosen.out / directory, "--tier", tier, *store))
            times.append(time.monotonic() - begun)
    for first, again, tier in ((times[0], times[1], "quick"), (times[2], times[3], "full")):
        rows.append((f"second run over first, {tier} tier", f"{again / first:.1%}", "≤ 10 %", again <= first / 10))
    return rows, []


def mutation(chosen: argparse.Namespace) -> tuple[list[Row], list[str]]:
    """Plant every small fault on every executed line."""
    with tempfile.TemporaryDirectory() as name:
        sound = baseline(Path(name), [])
        parts = chosen.files.split(",")
        planted = [site for site in sites(sound.executed) if any(part in site[0] for part in parts)]
        random.Random(0).shuffle(planted)  # so that those that the time allows are a random sample
        begun = time.monotonic()
        trials = []
        for trial in try_all(planted, sound, [], chosen.workers):
            trials.append(trial)
            print(f"\r{len(trials)}/{len(planted)} faults", end="", file=sys.stderr, flush=True)
            if time.monotonic() - begun > 60 * chosen.minutes:
                break
    print(file=sys.stderr)
    rows, details = judged(trials)
    if len(trials) < len(planted):
        rows[0] = ("faults planted", f"{len(trials)}, a random sample of {len(planted)}", "", True)
    return rows, details


def kills(chosen: argparse.Namespace) -> tuple[list[Row], list[str]]:
    """Kill workers and main processes at random moments."""
    chance = random.Random()
    with tempfile.TemporaryDirectory() as name:
        killer = Killer(Path(name))
        found = [killer.kill(("worker", "main")[i % 2], i, chance) for i in range(chosen.kills)]
    survived, most = sum(kill.survived for kill in found), max(kill.recomputed for kill in found)
    figure = f"{survived} of {len(found)} end with the same verdicts; at most {most} blocks computed again"
    return [("kill -9 of a worker or the main process", figure, f"all; ≤ {IN_FLIGHT}", survived == len(found))], []


PARTS: dict[str, Callable[[argparse.Namespace], tuple[list[Row], list[str]]]] = {
    "fresh": fresh,
    "full": full,
    "mutation": mutation,
    "kills": kills,
}


def _checked(what: str, directory: Path, *options: str) -> Row:
    directory.mkdir(parents=True, exist_ok=True)
    found = directory / "verdicts.json"  # alone: pages and figures are not what is timed
    command = [sys.executable, "-m", "pytest", "checks/", "-q", "--report", str(found), *options]
    begun = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begun
    (directory / "terminal.txt").write_text(done.stdout + done.stderr, "utf-8")
    report = json.loads(found.read_text("utf-8"))
    checked = [claim for claim in report["claims"] if claim["observation"]["verdict"] != "not_checked"]
    verdicts = Counter(f"{c['derivation']['verdict']} · {c['observation']['verdict']}" for c in checked)
    mutants = Counter(mutant["verdict"] for claim in checked for mutant in claim["mutants"])
    worst = max((row["detectable"] / row["scale"] for claim in checked for row in claim["cases"]), default=0.0)
    figure = (
        f"{', '.join(f'{n} {verdict}' for verdict, n in verdicts.items())}; mutants: "
        f"{', '.join(f'{n} {verdict}' for verdict, n in mutants.items())}; D/scale ≤ {worst:.2g}; {seconds:.0f} s"
    )
    return what, f"{figure}; root {report['seeds']['root']}", "exit 0", done.returncode == 0


def judged(trials: list[Trial]) -> tuple[list[Row], list[str]]:
    """Return the rows of the summary on planted faults, and the tables of files and of survivors."""
    why = explanations()
    fates = Counter(trial.fate for trial in trials)
    survivors = [trial for trial in trials if trial.fate != "refuted"]
    neither = [trial for trial in survivors if not trial.by_tests]
    unexplained = [t for t in neither if (t.file, t.text, t.change) not in why]
    caught = fates["refuted"] / len(trials)
    resolvable = fates["refuted"] / max(1, fates["refuted"] + fates["standing"])
    either = 1 - len(neither) / len(trials)
    rows = [
        ("faults planted", f"{len(trials)}", "", True),
        ("caught by the checks", f"{caught:.1%}, {fates['refuted']} of {len(trials)}", "≥ 95 %", caught >= 0.95),
        ("of those that move a number by more than its error", f"{resolvable:.1%}", "≥ 95 %", resolvable >= 0.95),
        ("caught by the checks or the unit tests of the witnesses", f"{either:.1%}", "", True),
        ("survivors of both without an explanation", f"{len(unexplained)}", "0", not unexplained),
    ]
    text = ["", "## Faults by file", "", "| file | planted | refuted | unresolved | standing | survive both |"]
    text.append("| --- | --- | --- | --- | --- | --- |")
    for file in sorted({trial.file for trial in trials}):
        of = [trial for trial in trials if trial.file == file]
        counts = Counter(trial.fate for trial in of)
        lost = sum(trial in neither for trial in of)
        figures = (len(of), counts["refuted"], counts["unresolved"], counts["standing"], lost)
        text.append(f"| {file} | {' | '.join(map(str, figures))} |")
    text += ["", "## Survivors", "", "| fault | fate | unit tests | why |", "| --- | --- | --- | --- |"]
    for trial in sorted(survivors, key=lambda trial: (trial.file, trial.fault.start)):
        reason = why.get((trial.file, trial.text, trial.change), "" if trial.by_tests else "**not explained**")
        cell = str(trial).replace("|", "\\|")
        text.append(f"| `{cell}` | {trial.fate} | {'catch it' if trial.by_tests else 'do not'} | {reason} |")
    return rows, text


def summary(rows: list[Row], details: list[str]) -> str:
    """Return the document."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    lines = [
        f"# Evidence at {head.strip() or 'an unknown commit'}",
        "",
        "| what | figure | asked | |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {what} | {figure} | {asked} | {'holds' if holds else '**fails**'} |" for what, figure, asked, holds in rows
    ]
    return "\n".join([*lines, *details]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
