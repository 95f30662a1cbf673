"""``python -m checks list``: the rows of the ledger."""

import re

import pytest

from checks.harness import registry
from checks.harness.kinds import Identity, Mean

CLAIMS = registry.by_label(registry.discover())
PENDING = registry.pending()


def test_every_row_is_there_once_and_fits(say) -> None:
    status, out, _ = say("list")
    assert status == 0
    labels = re.findall(r"^(\w[\w.]*)  ", out, re.MULTILINE)
    assert labels == registry.in_order([*CLAIMS, *(row.label for row in PENDING)])
    assert max(map(len, out.splitlines())) <= 100
    assert out.endswith(f"claims: {len(CLAIMS)}; pending: {len(PENDING)}\n")


def test_a_claim_has_kind_title_and_place(say) -> None:
    out = " ".join(say("list", "A1.2")[1].split())
    assert f"A1.2 Identity Infinite-prompt objective {CLAIMS['A1.2'].where()}" in out
    assert "A1.2.linear Mean" in out
    assert "A1.4" not in out


def test_a_pending_row_has_its_reason(say) -> None:
    row = PENDING[0]
    out = " ".join(say("list", row.label)[1].split())
    needs = " ".join(row.needs.split())
    assert out == f"{row.label} pending {row.title} {row.reason}; needs {needs} claims: 0; pending: 1"


def test_nothing_is_simulated(say, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind, method in ((Identity, "measured"), (Mean, "moments")):
        monkeypatch.setattr(kind, method, lambda *_: pytest.fail("simulated"))
    assert say("list")[0] == say("show", "A1.1")[0] == 0


def test_an_unknown_label_is_refused_with_those_there_are(refused) -> None:
    assert "Z9: no such label; there is A1.1" in refused("list", "Z9")
    assert "(empty): no such label" in refused("list", "")


def test_claims_of_a_file_are_listed_too(say, claim_file) -> None:
    status, out, _ = say("list", "X", "--file", claim_file("Law", "Listed"))
    assert status == 0
    assert "X.Listed  Law " in out


def test_a_recorded_refutation_is_said(say, claim_file) -> None:
    file = claim_file(
        "Law", "Doubtful", lambda text: text.replace("    uses", '    refutation = "doi:10.1/2"\n    uses')
    )
    assert "recorded as refuted: doi:10.1/2" in say("list", "X", "--file", file)[1]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (None, "no such Python file"),
        ("import nothing_like_it\n", "cannot be imported"),
        ("x = 1\n", "defines no claim"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(refused, claim_file, text: str | None, complaint: str) -> None:
    file = claim_file("Law", f"Unusable{len(complaint)}")
    file.unlink() if text is None else file.write_text(text)
    assert complaint in refused("list", "--file", file)


def test_a_claim_without_a_label_is_refused(refused, claim_file) -> None:
    file = claim_file("Law", "Nameless", lambda text: text.replace('    label = "X.Nameless"\n', ""))
    assert "Nameless has no label" in refused("list", "--file", file)


def test_a_label_that_is_taken_is_refused(refused, claim_file) -> None:
    first, second = (claim_file(kind, "Taken") for kind in ("Law", "Rate"))
    assert "label X.Taken is claimed by" in refused("list", "--file", first, "--file", second)
