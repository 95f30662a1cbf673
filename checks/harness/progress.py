"""How far a run is: a bar on a terminal, plain lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from .crew import Crew

Say = Callable[[str], None]
Tell = Callable[[Crew], None]


@contextmanager
def progress(config: pytest.Config) -> Iterator[tuple[Say, Tell]]:
    """Yield what prints a line, and what shows the counts of a crew."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or config.option.verbose < 0:
        yield (lambda line: None), (lambda crew: None)
    elif not reporter.isatty:
        yield reporter.write_line, (lambda crew: None)
    else:
        capture = config.pluginmanager.get_plugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            console = Console(file=sys.stdout, highlight=False)
            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("blocks, {task.fields[stored]} from the store"))
            with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
                task = bar.add_task("", total=None, stored=0)
                yield (
                    lambda line: console.print(line, markup=False),
                    lambda crew: bar.update(
                        task, total=crew.asked, completed=crew.computed + crew.stored, stored=crew.stored
                    ),
                )
