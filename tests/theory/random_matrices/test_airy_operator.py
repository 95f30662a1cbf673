from itertools import product

import mpmath
import pytest
from flint import acb, arb

from theory.random_matrices import airy_operator as operator


@pytest.mark.parametrize("steps", [operator.certificate, operator.slopes])
def test_every_exact_step_holds(steps) -> None:
    assert {step.residual for step in steps() if step.kind == "exact"} <= {"0"}


def test_bound_of_airys_function() -> None:
    for x, y, tau in product((-6, -1, 0, 2, 8), (0, 0.5, 2, 5), (0.3, 1, 2.5)):
        assert abs(acb(x, y).airy_ai()) <= operator.airy_bound(arb(x), arb(y), arb(tau))
    assert operator.airy_bound(arb(0), arb(0), arb(0.8)).overlaps(arb(0.374, 0.001))


def test_bound_of_the_tail() -> None:
    assert operator.tail_bound(arb(4)).overlaps(arb(4.4e-4, 1e-5))
    with pytest.raises(ValueError, match="s \\+ L ≥ 4"):
        operator.tail_bound(arb(3))
    # ‖B_s(1 − P_L)‖₁ is at least its norm of Hilbert and Schmidt
    with mpmath.workdps(20):
        square = mpmath.quad(lambda x: x * mpmath.airyai(4 + x) ** 2, [0, 2, 6])
        assert operator.tail_bound(arb(4)) > float(mpmath.sqrt(square))


@pytest.mark.parametrize("s", [-5, -1, 3])
def test_coarse_enclosures_contain_fine_ones(s) -> None:
    with operator.bits(260):
        fine, coarse = (operator.discrete(arb(s), precision) for precision in (200, 50))
        for sign in (1, -1):
            assert operator.determinant(coarse, sign).contains(operator.determinant(fine, sign))
            assert operator.slope(coarse, sign).contains(operator.slope(fine, sign))
            assert operator.determinant(coarse, sign).rel_accuracy_bits() > 20


def test_kernel_of_airy_gives_the_product() -> None:
    """det(1 − K) by the rule of Gauss and Legendre in mpmath, where K is the kernel of Airy, is d_− d_+."""
    nodes, s, length = 40, mpmath.mpf(-2), 16
    with mpmath.workdps(34):
        points = []
        for k in range(nodes):
            x, w = (mpmath.mpf(part.str(40, radius=False)) for part in _node(nodes, k))
            points.append((s + length * (1 + x) / 2, mpmath.sqrt(length * w / 2)))
        ai = [(mpmath.airyai(x), mpmath.airyai(x, derivative=1)) for x, _ in points]
        matrix = mpmath.eye(nodes)
        for i, j in product(range(nodes), repeat=2):
            (a, da), (b, db), x, y = ai[i], ai[j], points[i][0], points[j][0]
            kernel = da**2 - x * a**2 if i == j else (a * db - da * b) / (x - y)
            matrix[i, j] -= points[i][1] * points[j][1] * kernel
        product_of_both = mpmath.det(matrix)
        with operator.bits(160):
            B = operator.discrete(arb(-2), 110)
            ours = operator.determinant(B, 1) * operator.determinant(B, -1)
            assert abs(mpmath.mpf(ours.str(34, radius=False)) - product_of_both) < mpmath.mpf(10) ** -18


def _node(count, k):
    with operator.bits(150):
        return arb.legendre_p_root(count, k, weight=True)


def test_nodes_of_a_rule() -> None:
    with operator.bits(160):
        assert operator.rule(arb(-2), 100).nodes == 92


def test_too_few_bits_or_nodes() -> None:
    with pytest.raises(ValueError, match="more than 400 nodes"):
        operator.rule(arb(-60), 400)
    with operator.bits(60), pytest.raises(operator.TooCoarseError):
        operator.determinant(operator.discrete(arb(-15), 10), 1)
