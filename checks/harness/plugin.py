"""The pytest plugin: collects claims, evaluates the selected ones, lets their items judge, and reports."""

import inspect
import shutil
import traceback
from argparse import ArgumentTypeError
from collections.abc import Generator
from pathlib import Path
from textwrap import fill
from typing import Any

import pytest

from . import registry, report
from .blocks import SimulationError
from .claim import TIERS, Claim
from .court import described
from .seeds import Seeds
from .session import Session
from .tables import closing_lines, terminal_table
from .verdict import ClaimError, Inconclusive, Refuted

_SESSION = pytest.StashKey[Session]()


class ClaimItem(pytest.Item):
    """The test of one claim: it raises what the court found against it."""

    claim: type[Claim]

    def runtest(self) -> None:
        """Judge; the evaluation itself is done before the first item."""
        session = self.config.stash[_SESSION]
        key = getattr(self.claim, "label", "") or self.claim.identifier()
        if failure := session.outcomes[key].failure():
            raise failure

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Say what a verdict says; of a fault in the claim's or a witness's code, where it is, without the harness."""
        error = excinfo.value
        if isinstance(error, Refuted | Inconclusive):
            return str(error)
        label = getattr(self.claim, "label", "") or self.claim.__name__
        words = described(error) if isinstance(error, SimulationError) else excinfo.exconly()
        lines = [f"{label} ({self.claim.where()}): {error if isinstance(error, ClaimError) else words}"]
        frames = [(f.filename, f.lineno, f.name, f.line) for f in traceback.extract_tb(error.__traceback__)]
        for file, line, name, text in getattr(error, "frames", frames):
            if not any(part in Path(file).parts for part in ("harness", "site-packages", "_pytest", "<string>")):
                lines.append(f"  {file}:{line} in {name}: {text}")
        return "\n".join(lines)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the claim is."""
        return self.path, inspect.getsourcelines(self.claim)[1] - 1, self.name


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the checks."""
    group = parser.getgroup("checks", "checks of claims")
    labels = "check these labels only (exact, or a prefix at a dot)"
    group.addoption("--label", action="append", metavar="A1.1,D2", help=labels)
    group.addoption("--tier", choices=TIERS, default="quick", help="how much is simulated (default: quick)")
    group.addoption(
        "--seeds",
        type=Seeds.parse,
        default=Seeds.parse("released"),
        metavar="released|fresh|N",
        help="released (default): the same verdicts in every run; fresh: from the operating system; N: repeat a run",
    )
    group.addoption(
        "--workers",
        type=_workers,
        metavar="N",
        help="processes that simulate (default: one for each processor; 0: in this one); results do not depend on it",
    )
    group.addoption("--store", metavar="PATH", help="where results are kept (default: .checks/store.sqlite)")
    group.addoption("--no-store", action="store_true", help="neither use stored results nor keep new ones")
    group.addoption(
        "--report",
        metavar="DIR",
        help="write verdicts.json and, made of it, index.html, tables and figures here; FILE.json: that file alone",
    )
    group.addoption("--allow-inconclusive", action="store_true", help="do not fail a run for inconclusive claims")


def _workers(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(f"workers are a number of processes, 0 or more, not {text!r}")
    return int(text)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a report that cannot be written before anything is computed."""
    session = config.stash[_SESSION] = Session(config)
    if session.directory is not None and not config.option.collectonly:
        try:
            if not config.getoption("--report"):
                raise NotADirectoryError(20, "it is empty; name a directory")
            report.prepare(session.directory)
        except OSError as error:
            complaint = f"--report {config.getoption('--report')}: cannot be written ({error.strerror})"
            raise pytest.UsageError(complaint) from None


def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class, name: str, obj: object) -> ClaimItem | None:
    """Collect the claims that a module defines."""
    if isinstance(collector, pytest.Module) and obj in registry.defined_in(collector.obj):
        item: ClaimItem = ClaimItem.from_parent(collector, name=name)
        item.claim = obj
        if isinstance(obj.refutation, str) and obj.refutation:
            item.add_marker(pytest.mark.xfail(strict=True, raises=Refuted, reason=f"recorded: {obj.refutation}"))
        return item
    if inspect.isclass(obj) and issubclass(obj, Claim) and "label" in vars(obj) and not registry.is_at_home(obj):
        raise collector.CollectError(f"the claim {obj.__qualname__} is made elsewhere and would be lost: write a class")
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Apply ``--label``."""
    session = config.stash[_SESSION]
    collected = [item.claim for item in items if isinstance(item, ClaimItem)]
    given = config.getoption("--label")
    wanted = None if given is None else ",".join(given)
    if not collected and wanted is None:
        return
    try:
        session.known = registry.by_label([*registry.discover(), *collected])
        session.pending = registry.pending()
    except ClaimError as error:
        raise pytest.UsageError(str(error)) from None
    if wanted is not None:
        labels = _selected(wanted, [*session.known, *(row.label for row in session.pending)])
        keep = [item for item in items if isinstance(item, ClaimItem) and getattr(item.claim, "label", "") in labels]
        config.hook.pytest_deselected(items=[item for item in items if item not in keep])
        items[:] = keep
        session.asked = [row for row in session.pending if row.label in labels]


def _selected(wanted: str, labels: list[str]) -> set[str]:
    selected = set()
    for part in (part.strip() for part in wanted.split(",")):
        found = {label for label in labels if registry.matches(label, part)}
        if not found:
            known = registry.ranges(labels)
            raise pytest.UsageError(f"--label {part or '(empty)'}: no such label; the ledger has {known}")
        selected |= found
    return selected


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Evaluate the selected claims, and those they use, before the items judge; what is done survives an interrupt."""
    state = session.config.stash[_SESSION]
    if state.known and not session.config.option.collectonly and not session.testsfailed:
        state.evaluate([item.claim for item in session.items if isinstance(item, ClaimItem)])
        # What was not evaluated, because enough had failed, has nothing to judge.
        session.items[:] = [
            item for item in session.items if not isinstance(item, ClaimItem) or item.claim in state.evaluated
        ]
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Mark inconclusive claims, which fail a run unless that is allowed; no claim is skipped or expected to fail."""
    result = yield
    if isinstance(item, ClaimItem) and not _is_recorded(item, call) and (result.skipped or hasattr(result, "wasxfail")):
        result.__dict__.pop("wasxfail", None)
        result.outcome, result.longrepr = "failed", f"{item.nodeid}: a claim cannot be skipped or marked to fail"
    if call.excinfo is not None and isinstance(call.excinfo.value, Inconclusive):
        result.__dict__["inconclusive"] = True
        if item.config.getoption("--allow-inconclusive"):
            result.outcome = "passed"
    return result


def _is_recorded(item: ClaimItem, call: pytest.CallInfo[None]) -> bool:
    """Tell whether what the item raised is the refutation that is on record."""
    outcome = item.config.stash[_SESSION].evaluated.get(item.claim)
    refuted = call.excinfo is not None and isinstance(call.excinfo.value, Refuted)
    return refuted and outcome is not None and outcome.recorded


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Give inconclusive claims their own letter."""
    if getattr(report, "inconclusive", False):
        return "inconclusive", "I", "INCONCLUSIVE"
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the report of what was computed, also after an interrupt."""
    state = session.config.stash[_SESSION]
    complaints = state.complaints()
    state.notes += complaints
    if complaints or (state.begun and set(state.selected) - state.evaluated.keys()):
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
    if state.directory is not None and state.begun and (complaint := _report(state, state.directory)):
        state.notes.append(complaint)
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR


def _report(state: Session, target: Path) -> str:
    """Write the report, the verdicts first, so that nothing is lost if a page or a figure fails; say what failed."""
    found = report.verdicts(state.in_order(), state.unchecked(), state.run)
    try:
        state.written.append(report.write(target, found))
    except OSError as error:
        return f"the report could not be written to {target}: {error}"
    try:
        state.written += report.render(target, found)
    except Exception as error:
        return f"pages, tables or figures could not be made of {state.written[0]}: {described(error)}"
    return ""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table of verdicts."""
    state = config.stash[_SESSION]
    if not state.begun:
        return
    for inconclusive in terminalreporter.getreports("inconclusive"):
        terminalreporter.section(f"{inconclusive.nodeid} (inconclusive)", "_")
        terminalreporter.write_line(inconclusive.longreprtext)
    terminalreporter.section("verdicts")
    outcomes = state.in_order()
    width = shutil.get_terminal_size().columns
    brief = config.option.verbose < 0
    below = [f"{row.label} {row.title}: {row.reason}; needs {row.needs}" for row in state.asked]
    below += closing_lines(outcomes, state.unchecked(), state.run)
    below += [state.blocks, *state.notes]
    if state.written:
        below.append(f"report: {', '.join(map(str, state.written))}")
    for line in terminal_table(outcomes, width=width, brief=brief) if outcomes else []:
        terminalreporter.write_line(line)
    terminalreporter.write_line("")
    for line in below:
        terminalreporter.write_line(fill(line, width, subsequent_indent="  ", break_on_hyphens=False))
