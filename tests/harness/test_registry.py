from pathlib import Path

import pytest

from checks.harness import registry
from checks.harness.verdict import ClaimError

from .claims import identity, mean


@pytest.mark.parametrize(
    ("label", "wanted", "selected"),
    [
        ("A1.1", "A1.1", True),
        ("A1.10", "A1.1", False),
        ("A1.1.cdf", "A1.1", True),
        ("A1.1", "A1", True),
        ("A10.1", "A1", False),
        ("B10", "B1", False),
        ("B10", "B", True),
        ("A1.1", "1", False),
        ("A1.1", "", False),
    ],
)
def test_a_label_is_selected_exactly_or_by_a_prefix_at_a_dot(label: str, wanted: str, selected: bool) -> None:
    assert registry.matches(label, wanted) is selected


def test_labels_are_sorted_as_a_reader_counts() -> None:
    assert registry.in_order(["B1", "A2", "A1.10", "A1.2.linear", "A1.2"]) == [
        "A1.2",
        "A1.2.linear",
        "A1.10",
        "A2",
        "B1",
    ]


def test_runs_of_labels_are_written_short() -> None:
    labels = ["A1.3", "A1.5", "A1.6", "A1.7", "A2.1", "A2.2", "B9", "B10", "B11", "A1.2.linear"]
    assert registry.ranges(labels) == "A1.2.linear, A1.3, A1.5–A1.7, A2.1, A2.2, B9–B11"


def test_what_a_claim_uses_comes_before_it() -> None:
    claims = {"c": identity(uses=("b",)), "b": identity(uses=("a", "not built")), "a": identity()}
    assert registry.closure(["c"], claims) == ["a", "b", "c"]


def test_a_circle_is_an_error() -> None:
    claims = {"a": identity(uses=("b",)), "b": identity(uses=("a",))}
    with pytest.raises(ClaimError, match="a → b → a"):
        registry.closure(["a"], claims)


def test_two_claims_may_not_share_a_label() -> None:
    with pytest.raises(ClaimError, match="label T1 is claimed by"):
        registry.by_label([identity(), mean(label="T1")])


def test_the_same_claim_met_twice_is_one() -> None:
    claim = identity()
    assert registry.by_label([claim, claim]) == {"T1": claim}


def test_a_claim_file_that_cannot_be_imported_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise SyntaxError("invalid syntax")

    monkeypatch.setattr(registry.importlib, "import_module", fail)
    with pytest.raises(ClaimError, match=r"checks\.claims cannot be imported: SyntaxError: invalid syntax"):
        registry.discover()


def test_a_pending_row_has_to_say_why(tmp_path: Path) -> None:
    table = tmp_path / "pending.toml"
    table.write_text('["A9"]\ntitle = "Nine"\nneeds = "time"\n')
    with pytest.raises(ClaimError, match="lacks 'reason'"):
        registry.pending(table)
