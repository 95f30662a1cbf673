"""Workers, the store, recorded refutations and early stops, as users meet them."""

from typing import Any

import pytest

from .files import CLAIM, MEAN, verdicts

pytest_plugins = ["pytester"]


def test_workers_and_store_change_nothing_but_the_time(check: Any, pytester: pytest.Pytester) -> None:
    found = []
    for options in (["--no-store"], ["--workers", "1"], ["--workers", "2"], ["--workers", "2", "--no-store"]):
        assert check("--report", "out", *options, more=MEAN).ret == 0
        found.append({label: {**claim, "seconds": 0} for label, claim in verdicts(pytester).items()})
    assert found[0] == found[1] == found[2] == found[3]


def test_a_second_run_computes_nothing(check: Any) -> None:
    check(more=MEAN).stdout.fnmatch_lines(["blocks: * computed, 0 from the store"])
    check(more=MEAN).stdout.fnmatch_lines(["blocks: 0 computed, * from the store"])


def test_a_changed_prediction_judges_stored_results_anew_and_a_changed_simulation_does_not(check: Any) -> None:
    check()
    result = check(theory="x * x + 1")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["blocks: 0 computed, 2 from the store"])
    result = check(simulation="Measured(x * x + 1, 0.0)")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["blocks: 2 computed, 0 from the store"])


def test_a_damaged_store_is_said_set_aside_and_not_used(
    check: Any, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    check()
    path = pytester.path / ".checks/store.sqlite"
    path.write_bytes(path.read_bytes()[:5000])
    result = check()
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["blocks: 2 computed, 0 from the store", "damaged store: *; it is kept as *, and nothing of it is used"]
    )
    assert path.with_name("store.sqlite.damaged-1").stat().st_size == 5000


def test_without_a_place_for_the_store_the_run_goes_on_and_says_so(check: Any, pytester: pytest.Pytester) -> None:
    (pytester.path / ".checks").touch()
    result = check()
    assert result.ret == 0
    result.stdout.fnmatch_lines(["run without a store: *"])


RECORDED = 'source = "none"\n    refutation = "arXiv:0000.00000"'


def recorded(theory: str) -> str:
    nine = CLAIM.format(theory=theory, simulation="Measured(x * x, 0.0)").replace("T1", "T9").replace("Square", "Nine")
    return nine.replace('source = "none"', RECORDED)


def test_a_recorded_refutation_is_expected(check: Any, pytester: pytest.Pytester) -> None:
    result = check("--report", "out", more=recorded("x * x + 1"))
    assert result.ret == 0
    result.assert_outcomes(passed=1, xfailed=1)
    result.stdout.fnmatch_lines(["T9 * none * refuted (recorded) *"])
    assert verdicts(pytester)["T9"]["refutation"] == "arXiv:0000.00000"


def test_a_recorded_refutation_that_is_supported_fails(check: Any) -> None:
    result = check(more=recorded("x * x"))
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*T9 Nine *recorded as refuted (arXiv:0000.00000), but it is none · supported"])


def test_a_fault_is_no_refutation(check: Any) -> None:
    result = check(more=recorded("1 / 0"))
    assert result.ret == 1
    result.assert_outcomes(passed=1, failed=1)


def test_what_uses_a_refuted_claim_is_inconclusive_also_where_that_is_recorded(check: Any) -> None:
    user = CLAIM.format(theory="x * x", simulation="Measured(x * x, 0.0)").replace("T1", "T8").replace("Square", "User")
    user = user.replace('source = "none"', 'source = "none"\n    uses = ("T9",)')
    result = check("--label", "T8", more=recorded("x * x + 1") + user)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["T8 * inconclusive * supported *", "*uses T9, which is none · refuted (recorded)*"])


def test_a_run_that_is_to_stop_at_the_first_failure_does(check: Any, pytester: pytest.Pytester) -> None:
    result = check("-x", "--report", "out", theory="x * x + 1", more=MEAN)
    assert result.ret == 1
    result.assert_outcomes(failed=1)
    assert verdicts(pytester)["T9"]["observation"]["reason"].startswith("interrupted before it was checked")


def test_a_run_that_stopped_before_a_selected_claim_does_not_pass(check: Any) -> None:
    user = CLAIM.format(theory="x * x", simulation="Measured(x * x, 0.0)").replace("T1", "T8").replace("Square", "User")
    user = user.replace('source = "none"', 'source = "none"\n    uses = ("T1",)')
    assert check("-x", "--label", "T8", simulation="Measured(x * x, 1.0)", more=user).ret == 1


def test_what_is_allowed_stops_nothing(check: Any) -> None:
    wrong = CLAIM.format(theory="x * x + 1", simulation="Measured(x * x, 0.0)").replace("T1", "T8")
    more = wrong.replace("Square", "Wrong")
    assert check("-x", "--allow-inconclusive", simulation="Measured(x * x, 1.0)", more=more).ret == 1


def test_a_recorded_refutation_does_not_excuse_a_derivation_that_fails(check: Any) -> None:
    derivation = """
    def derivation(self):
        step = namedtuple("Step", "kind statement residual left right")
        return namedtuple("Derivation", "result steps")("r", (step("exact", "a = b", "a - b", "a", "b"),))
"""
    result = check(more=recorded("x * x + 1") + derivation)
    assert result.ret == 1
    result.assert_outcomes(passed=1, failed=1)


def test_a_block_that_kills_its_worker_makes_its_claim_inconclusive_and_is_named(check: Any) -> None:
    deadly = "__import__('os').kill(__import__('os').getpid(), 9)"
    more = CLAIM.format(theory="x * x", simulation=deadly).replace("T1", "T9").replace("Square", "Nine")
    result = check("--workers", "2", more=more)
    assert result.ret == 1
    result.assert_outcomes(passed=1, failed=0)
    result.stdout.fnmatch_lines(["T9 * inconclusive *", '*Nine.measured({"x": 2}) ended 3 workers*'])
