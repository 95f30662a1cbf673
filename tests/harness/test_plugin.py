"""The checks as their users meet them: pytest with claims in a file of their own."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from checks.harness import report

from .files import CLAIM, SCHEMA, verdicts

pytest_plugins = ["pytester"]


def test_a_claim_outside_the_project_is_checked_and_tabled(check: Any) -> None:
    result = check()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["T1 * none * supported * 1 of 1", " *Square: 2 cases, D/scale up to 0, residual/D up to 0", " *my_claims.py:7"]
    )


def test_the_report_lists_every_row_of_the_ledger(check: Any, pytester: pytest.Pytester) -> None:
    assert check("--report", "out").ret == 0
    found = verdicts(pytester)
    assert found["T1"]["observation"]["verdict"] == "supported"
    assert found["T1"]["id"] == "my_claims.Square"
    assert found["B14"]["observation"]["verdict"] == "not_checked"
    assert found["A1.1"]["observation"]["reason"].startswith("not selected in this run")
    rows = (pytester.path / "out/verdicts.md").read_text("utf-8").splitlines()
    assert all(any(row.startswith(f"| {label} |") for row in rows) for label in found)


def test_a_wrong_theory_turns_the_run_red_with_claim_and_gap(check: Any) -> None:
    result = check(theory="x * x + 1")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["T1 Square (my_claims.py:7): *refuted", "*at x = 2", "*theory 5 *simulation 4 *gap 1"])


def test_an_undecided_claim_has_its_own_letter_and_fails_the_run(check: Any) -> None:
    result = check(simulation="Measured(x * x, 1.0)")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["my_claims.py I*", "*observation inconclusive: 2 of 2*", "*1 inconclusive*"])


def test_an_undecided_claim_can_be_allowed(check: Any) -> None:
    result = check("--allow-inconclusive", simulation="Measured(x * x, 1.0)")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*1 inconclusive*"])


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--label", "A9.9"], "*--label A9.9: no such label; the ledger has A1.1, *"),
        (["--label", "T1,"], "*--label (empty): no such label*"),
        (["--label", ""], "*--label (empty): no such label*"),
        (["--report", ""], "*--report : cannot be written (it is empty; name a directory)*"),
        (["--tier", "huge"], "*--tier: invalid choice: 'huge'*quick*"),
        (["--workers", "many"], "*--workers: workers are a number of processes, 0 or more, not 'many'*"),
        (["--store", "my_claims.py"], "*--store: my_claims.py is not a store of the checks; *"),
        (["--store", "my_claims.py/s"], "*--store: my_claims.py/s cannot be opened *"),
        (["--seeds", "lucky"], "*--seeds: seeds are 'released', 'fresh' or a non-negative integer, not 'lucky'*"),
        (["--report", "my_claims.py/out"], "*--report my_claims.py/out: cannot be written (Not a directory)*"),
    ],
)
def test_bad_options_are_refused_with_one_line(check: Any, options: list[str], complaint: str) -> None:
    result = check(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([complaint])


def test_a_label_selects(check: Any) -> None:
    check("--label", "T1").assert_outcomes(passed=1)


def test_a_pending_label_selects_nothing_and_says_so(check: Any) -> None:
    result = check("--label", "B14")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(["B14 ImageNet-1K*: not checked here: the data*"])


def test_what_a_selected_claim_uses_is_evaluated_with_it(check: Any) -> None:
    more = CLAIM.format(theory="x * x", simulation="Measured(x * x, 0.0)").replace("T1", "T9").replace("Square", "Nine")
    result = check("--label", "T9", more=more.replace('source = "none"', 'source = "none"\n    uses = ("T1",)'))
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines(["T1 * supported *", "T9 * supported *"])


@pytest.mark.parametrize(
    ("found", "replaced", "complaint"),
    [
        ('"""The square of $x$ is $x^2$."""', '""', "*T1 (my_claims.py:7): the docstring*missing*"),
        ('source = "none"', 'source = ""', "*T1 (my_claims.py:7): source is missing*"),
        ('{"cube": lambda x: x**3}', "{}", "*T1 (my_claims.py:7): no mutant*"),
        ('source = "none"', 'source = "none"\n    uses = 5', "*T1 (my_claims.py:7): uses must be a tuple of texts"),
        (
            'source = "none"',
            'source = "none"\n    assumptions = 5',
            "*T1 (my_claims.py:7): assumptions must be a tuple*",
        ),
        ('label = "T1"', "", "*Square (my_claims.py:7): label is missing*"),
        ("def mutants", "def mutant", "*T1 (my_claims.py:7): mutants() is missing*"),
    ],
)
def test_an_ill_formed_claim_fails_alone_and_the_others_are_still_reported(
    check: Any, pytester: pytest.Pytester, found: str, replaced: str, complaint: str
) -> None:
    good = CLAIM.format(theory="x * x", simulation="Measured(x * x, 0.0)").replace("T1", "T9").replace("Square", "Nine")
    bad = CLAIM.format(theory="x * x", simulation="Measured(x * x, 0.0)").replace(found, replaced)
    pytester.makeconftest('pytest_plugins = ["checks.harness.plugin"]')
    pytester.makepyfile(my_claims=bad + good)
    result = pytester.runpytest_inprocess("my_claims.py", "--workers", "0", "--report", "out")
    assert result.ret == 1
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([complaint])
    assert verdicts(pytester)["T9"]["observation"]["verdict"] == "supported"


def test_a_refuted_claim_that_is_used_fails_the_run_even_if_inconclusive_ones_are_allowed(check: Any) -> None:
    more = CLAIM.format(theory="x * x", simulation="Measured(x * x, 0.0)").replace("T1", "T9").replace("Square", "Nine")
    more = more.replace('source = "none"', 'source = "none"\n    uses = ("T1",)')
    result = check("--label", "T9", "--allow-inconclusive", theory="x * x + 1", more=more)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["T1, which a selected claim uses, fails"])


def test_an_overspent_budget_fails_the_run(check: Any) -> None:
    more = """

from checks.harness.kinds import Mean


class Many(Mean):
    \"\"\"The mean of $N(1, 1)$ is 1.\"\"\"

    label = "T9"
    title = "Many"
    source = "none"
    resolution = 0.9

    def cases(self):
        return [{"k": k} for k in range(201)]

    def prediction(self, k):
        return 1

    def simulation(self, rng, n, k):
        return 1 + rng.standard_normal(n)

    def mutants(self):
        return {"three": lambda k: 3}
"""
    result = check(more=more)
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["201 statistical cases overspend the budget of 200"])


def test_an_overflow_in_a_simulation_is_a_fault(check: Any) -> None:
    result = check(simulation="Measured(x * x + 0 * __import__('numpy').exp(__import__('numpy').float64(1e4)), 0.0)")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["T1 * RuntimeWarning: overflow*"])


def test_a_claim_may_not_take_the_place_of_another(check: Any) -> None:
    result = check(more=CLAIM.format(theory="x * x + 1", simulation="Measured(x * x, 0.0)").replace("T1", "T9"))
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*my_claims has two claims of the name Square: the first would be lost*"])


def test_a_claim_made_in_another_file_is_not_lost_in_silence(check: Any, pytester: pytest.Pytester) -> None:
    made = CLAIM.format(theory="x * x", simulation="Measured(x * x, 0.0)").replace("T1", "T9").replace("Square", "Nine")
    pytester.makepyfile(
        my_factory="def make():\n" + "".join(f"    {line}\n" for line in made.splitlines()) + "    return Nine\n"
    )
    result = check(more="\n\nimport my_factory\n\nMade = my_factory.make()\n")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*the claim make.<locals>.Nine is made elsewhere and would be lost: write a class*"])


@pytest.mark.parametrize("mark", ["skip", "xfail"])
def test_marks_do_not_excuse_a_claim(check: Any, mark: str) -> None:
    result = check(theory="x * x + 1", more=f"\nimport pytest\n\npytestmark = pytest.mark.{mark}\n")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*a claim cannot be skipped or marked to fail*"])


def test_a_fault_in_a_simulation_fails_that_claim_only(check: Any, pytester: pytest.Pytester) -> None:
    more = (
        CLAIM.format(theory="x * x", simulation="Measured(1 // 0, 0.0)").replace("T1", "T9").replace("Square", "Nine")
    )
    result = check("--report", "out", more=more)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["T9 (my_claims.py:32): ZeroDivisionError: *", "  *my_claims.py:46 in simulation: *"])
    result.stdout.no_fnmatch_line("*harness/kinds.py*")
    assert verdicts(pytester)["T9"]["observation"]["reason"].startswith("ZeroDivisionError")


def test_an_interrupt_keeps_what_is_finished(check: Any, pytester: pytest.Pytester) -> None:
    more = CLAIM.format(theory="x * x", simulation="interrupt()").replace("T1", "T9").replace("Square", "Nine")
    more += "\n\ndef interrupt():\n    raise KeyboardInterrupt\n"
    result = check("--report", "out", more=more)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["T1 * supported *"])
    assert verdicts(pytester)["T1"]["observation"]["verdict"] == "supported"
    assert verdicts(pytester)["T9"]["observation"]["reason"].startswith("interrupted before it was checked")
    assert verdicts(pytester)["A1.2"]["observation"]["reason"].startswith("not selected in this run")


@pytest.mark.parametrize("options", [["--label", "Z9"], ["--collect-only"]])
def test_a_report_is_not_overwritten_by_a_run_that_checked_nothing(
    check: Any, pytester: pytest.Pytester, options: list[str]
) -> None:
    check("--report", "out")
    result = check("--report", "out", *options)
    assert verdicts(pytester)["T1"]["observation"]["verdict"] == "supported"
    result.stdout.no_fnmatch_line("*verdicts*")


def test_the_table_fits_the_terminal(check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = check().stdout.lines
    table = lines[next(i for i, line in enumerate(lines) if "= verdicts =" in line) :]
    assert max(map(len, table)) <= 80


def test_quietly_the_table_has_one_line_for_each_claim(check: Any) -> None:
    result = check("-q")
    result.stdout.fnmatch_lines(["T1 * none * supported * 1 of 1"])
    result.stdout.no_fnmatch_line("*my_claims.py:7*")


def test_a_directory_lost_meanwhile_is_said_and_the_table_still_printed(check: Any, pytester: pytest.Pytester) -> None:
    gone = "__import__('shutil').rmtree('out', True) or open('out', 'w').close() or Measured(x * x, 0.0)"
    result = check("--report", "out", simulation=gone)
    assert result.ret != 0
    result.stdout.fnmatch_lines(["T1 * supported *", "the report could not be written to out: *"])


def test_two_runs_write_the_same_verdicts_but_for_times(check: Any, pytester: pytest.Pytester) -> None:
    check("--report", "out")
    first = verdicts(pytester)
    check("--report", "out")
    assert {**first["T1"], "seconds": 0} == {**verdicts(pytester)["T1"], "seconds": 0}


def test_the_schema_refuses_a_verdict_that_is_not_one() -> None:
    claim = {"derivation": {"verdict": "obvious", "reason": "", "steps": []}}
    assert list(Draft202012Validator(SCHEMA["$defs"]["claim"]).iter_errors(claim))


def test_the_commit_is_unknown_outside_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "CHECKS", tmp_path / "checks")
    assert report.commit() == "unknown"


def test_a_file_that_git_does_not_know_makes_the_commit_dirty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=n", "-c", "user.email=e"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    monkeypatch.setattr(report, "CHECKS", tmp_path / "checks")
    git("init")
    git("commit", "--allow-empty", "-m", "empty")
    assert len(report.commit()) == 40
    (tmp_path / "claim.py").touch()
    assert report.commit().endswith("-dirty")


def test_a_lone_file_is_written_without_pages(check: Any, pytester: pytest.Pytester) -> None:
    assert check("--report", "new/found.json").ret == 0
    assert [path.name for path in (pytester.path / "new").iterdir()] == ["found.json"]


def test_verdicts_are_kept_when_the_pages_cannot_be_made(
    check: Any, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("no figure")

    monkeypatch.setattr(report, "render", broken)
    monkeypatch.setenv("COLUMNS", "400")
    result = check("--report", "out")
    assert result.ret == pytest.ExitCode.INTERNAL_ERROR
    assert verdicts(pytester)["T1"]["observation"]["verdict"] == "supported"
    result.stdout.fnmatch_lines(["pages, tables or figures could not be made of *verdicts.json: *no figure"])


def test_the_report_says_how_long_a_claim_took(check: Any, pytester: pytest.Pytester) -> None:
    check("--report", "out", simulation="__import__('time').sleep(0.01) or Measured(x * x, 0.0)")
    assert verdicts(pytester)["T1"]["seconds"] > 0
