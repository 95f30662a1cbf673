"""The pytest plugin: collects claims, evaluates the selected ones, lets their items judge, and reports."""

import inspect
import shutil
import traceback
import warnings
from collections.abc import Generator
from pathlib import Path
from textwrap import fill
from typing import Any

import pytest
from threadpoolctl import threadpool_limits

from . import registry, report
from .budget import SLOTS
from .claim import TIERS, Claim, Run
from .court import Outcome, evaluate, propagate
from .registry import Pending
from .seeds import Seeds
from .tables import closing_lines, slots_spent, terminal_table
from .verdict import ClaimError, Inconclusive, Refuted


class Session:
    """What the plugin knows of the run: options, claims, and the outcomes so far."""

    def __init__(self, config: pytest.Config) -> None:
        self.run = Run(config.getoption("--tier"), config.getoption("--seeds"))
        directory = config.getoption("--report")
        self.directory = None if directory is None else Path(directory)
        self.evaluated: list[Outcome] = []
        self.known: dict[str, type[Claim]] = {}
        self.pending: list[Pending] = []
        self.asked: list[Pending] = []
        self.queue: list[type[Claim]] = []
        self.selected: list[type[Claim]] = []
        self.begun = False
        self.complaints: list[str] = []

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """The outcomes by label, each weakened by what it uses."""
        return propagate(self.evaluated)

    def in_order(self) -> list[Outcome]:
        """Return the outcomes as a reader counts their labels."""
        outcomes = self.outcomes
        return [outcomes[label] for label in registry.in_order(outcomes)]

    def unchecked(self) -> list[Pending]:
        """Return the rows of the ledger without a verdict: without a claim, or not selected."""
        outcomes = self.outcomes
        not_run = [
            Pending(
                label,
                claim.title_or_name(),
                registry.INTERRUPTED if claim in self.queue else registry.NOT_SELECTED,
                f"pytest {claim.where().split(':')[0]} --label {label}",
            )
            for label, claim in self.known.items()
            if label not in outcomes
        ]
        rows = {row.label: row for row in (*self.pending, *not_run)}
        return [rows[label] for label in registry.in_order(rows)]


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
        lines = [f"{label} ({self.claim.where()}): {error if isinstance(error, ClaimError) else excinfo.exconly()}"]
        for frame in traceback.extract_tb(error.__traceback__):
            if not any(
                name in Path(frame.filename).parts for name in ("harness", "site-packages", "_pytest", "<string>")
            ):
                lines.append(f"  {frame.filename}:{frame.lineno} in {frame.name}: {frame.line}")
        return "\n".join(lines)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the claim is."""
        return self.path, inspect.getsourcelines(self.claim)[1] - 1, self.name


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the checks."""
    group = parser.getgroup("checks", "checks of claims")
    group.addoption("--label", metavar="A1.1,D2", help="check these labels only (exact, or a prefix at a dot)")
    group.addoption("--tier", choices=TIERS, default="quick", help="how much is simulated (default: quick)")
    group.addoption(
        "--seeds",
        type=Seeds.parse,
        default=Seeds.parse("released"),
        metavar="released|fresh|N",
        help="released (default): the same verdicts in every run; fresh: from the operating system; N: repeat a run",
    )
    group.addoption("--report", metavar="DIR", help="write verdicts.json and verdicts.md to this directory")
    group.addoption("--allow-inconclusive", action="store_true", help="do not fail a run for inconclusive claims")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a report directory that cannot be written before anything is computed."""
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
        return item
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Apply ``--label``."""
    session = config.stash[_SESSION]
    collected = [item.claim for item in items if isinstance(item, ClaimItem)]
    wanted = config.getoption("--label")
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
    config = session.config
    if not config.option.collectonly and not session.testsfailed:
        _evaluate(config, [item.claim for item in session.items if isinstance(item, ClaimItem)])
    return (yield)


def _evaluate(config: pytest.Config, claims: list[type[Claim]]) -> None:
    state = config.stash[_SESSION]
    if not state.known:
        return
    labelled = [claim.label for claim in claims if getattr(claim, "label", "")]
    try:
        state.queue = [state.known[label] for label in registry.closure(labelled, state.known)]
    except ClaimError as error:
        raise pytest.UsageError(str(error)) from None
    state.queue += [claim for claim in claims if not getattr(claim, "label", "")]
    state.selected = claims
    state.begun = True
    # One BLAS thread: two under load are many times slower. An overflow or a division by zero is a fault.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        for claim in state.queue:
            state.evaluated.append(evaluate(claim, state.run))
            outcome = list(state.outcomes.values())[-1]
            _progress(config, f"{getattr(claim, 'label', '?')}  {outcome.headline}  ({outcome.seconds:.1f} s)")


def _progress(config: pytest.Config, line: str) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and config.option.verbose >= 0:
        reporter.write_line(line)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Mark inconclusive claims, which fail a run unless that is allowed; no claim is skipped or expected to fail."""
    result = yield
    if isinstance(item, ClaimItem) and (result.skipped or hasattr(result, "wasxfail")):
        result.__dict__.pop("wasxfail", None)
        result.outcome, result.longrepr = "failed", f"{item.nodeid}: a claim cannot be skipped or marked to fail"
    if call.excinfo is not None and isinstance(call.excinfo.value, Inconclusive):
        result.__dict__["inconclusive"] = True
        if item.config.getoption("--allow-inconclusive"):
            result.outcome = "passed"
    return result


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Give inconclusive claims their own letter."""
    if getattr(report, "inconclusive", False):
        return "inconclusive", "I", "INCONCLUSIVE"
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the report of what was computed, also after an interrupt."""
    state = session.config.stash[_SESSION]
    if complaints := _complaints(state):
        state.complaints += complaints
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
    if state.directory is not None and state.begun:
        try:
            report.write(state.directory, state.in_order(), state.unchecked(), state.run)
        except OSError as error:
            state.complaints.append(f"the report could not be written to {state.directory}: {error}")
            state.directory = None
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR


def _complaints(state: Session) -> list[str]:
    """Return what fails a run beside its items: used claims that fail, and an overspent budget."""
    used = [
        f"{label}, which a selected claim uses, fails"
        for label, outcome in state.outcomes.items()
        if outcome.claim not in state.selected and not isinstance(outcome.failure(), Inconclusive | None)
    ]
    spent = slots_spent(state.evaluated)
    return used + ([f"{spent} statistical cases overspend the budget of {SLOTS}"] if spent > SLOTS else [])


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
    below += state.complaints
    if state.directory is not None:
        below.append(f"report: {state.directory / 'verdicts.json'}, {state.directory / 'verdicts.md'}")
    for line in terminal_table(outcomes, width=width, brief=brief) if outcomes else []:
        terminalreporter.write_line(line)
    terminalreporter.write_line("")
    for line in below:
        terminalreporter.write_line(fill(line, width, subsequent_indent="  ", break_on_hyphens=False))
