import hashlib
from itertools import pairwise

import pytest
from flint import arb

from theory.random_matrices import airy_operator as operator
from theory.random_matrices import airy_table as table


@pytest.mark.parametrize("s", [-9, -8.7, -6.1, -3.01, -1.5, 0.25, 4.9, 12.9, 13])
def test_stored_values_contain_enclosures(s) -> None:
    stored = table.determinants(arb(s))
    with operator.bits(240):
        B = operator.discrete(arb(s), 150)
        for sign, number in zip((1, -1), stored, strict=True):
            assert number.contains(operator.determinant(B, sign))
            assert number.rad() < 1e-15


def test_growth_bounds_the_trace() -> None:
    # tr B_0 = ∫Ai(2x) dx = 1/6, and d_−(0) = 0.83 ≥ 1 − ‖B_0‖₁
    bound = table.growth(0, 0.0)
    assert 1 / 6 < bound < 1
    assert table.growth(0, 0.5) > bound
    assert table.growth(0, 0.5).overlaps(arb(0.31799, 1e-5))
    assert table.growth(-3, 0.5) > table.growth(-2, 0.5)


def test_pieces_cover_the_interval() -> None:
    ends = [(low, low + width) for low, width, _ in table.stored()]
    assert (ends[0][0], ends[-1][1]) == (table.LOW, table.HIGH)
    assert all(before[1] == after[0] for before, after in pairwise(ends))


def test_a_piece_made_again_is_the_stored_one() -> None:
    low, width, parts = table.stored()[-1]
    with operator.bits(128):
        made = table.piece(low, width)
        unit = arb(2) ** -64
        for (numbers, _), (coefficients, _) in zip(made, parts, strict=True):
            assert [k * unit for k in numbers] == coefficients


def test_the_file_is_the_one_that_was_written() -> None:
    # its first piece, from −9 on, takes twenty seconds to make: what all pieces were is told by their digest
    digest = hashlib.sha256(table.FILE.read_bytes()).hexdigest()
    assert digest == "6ec95e3481a3ca5fea0d41da0f9fc8ebcc7ef91116c5e65922d607633ea858fd"


def test_over_a_joint() -> None:
    for joint in (-3, 0.0, 5):
        ball = arb(joint, 1e-25)
        left, right = (table.determinants(arb(joint) + step) for step in (arb(-1e-26), arb(1e-26)))
        found = table.determinants(ball)
        for number, *others in zip(found, left, right, strict=True):
            assert all(number.contains(other.mid()) for other in others)
            assert number.rad() < 1e-15


def test_outside() -> None:
    for s in (-9.5, 14):
        with pytest.raises(ValueError, match="within"):
            table.determinants(arb(s))
