"""What uses what."""

import random

from checks.report.graph import drawing


def uses(**edges: list[str]) -> list[dict[str, object]]:
    return [{"label": label, "uses": used} for label, used in edges.items()]


def test_what_is_used_stands_left() -> None:
    drawn = drawing(uses(C=["A", "B"], B=["A"], A=[], alone=[]))
    x = {node.label: node.x for node in drawn.nodes}
    assert x["A"] < x["B"] < x["C"]
    assert "alone" not in x
    assert len(drawn.curves) == 3


def test_what_has_no_row_of_its_own_is_drawn_too() -> None:
    assert {node.label for node in drawing(uses(B=["A"])).nodes} == {"A", "B"}


def test_nothing_to_draw_is_empty() -> None:
    assert drawing(uses(A=[])).nodes == ()


def test_seventy_boxes_do_not_overlap_and_lie_within() -> None:
    chance = random.Random(1)
    edges = {f"N{k}": [f"N{j}" for j in chance.sample(range(k), min(k, 2))] for k in range(70)}
    drawn = drawing(uses(**edges))
    assert len(drawn.nodes) == 70
    for i, one in enumerate(drawn.nodes):
        assert 0 <= one.x <= drawn.width - one.width
        assert 0 <= one.y <= drawn.height - one.height
        for other in drawn.nodes[:i]:
            assert abs(one.x - other.x) >= one.width or abs(one.y - other.y) >= one.height


def test_a_circle_ends() -> None:
    assert len(drawing(uses(A=["B"], B=["A"])).nodes) == 2
