"""The projection loss over queries: what minimises it, how it scales with the values, instances in ball arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import acb_mat, arb
from sympy import symbols

from ..derivation import Derivation, argument, certified, definition, exact
from ..exact import Number, count, enclosed, rational

Points = Sequence[Sequence[Number]]

INSTANCE = ([[0], [1], [3]], [[-1], [2]])
"""Keys and queries, D = 1, for which the axis of the keys is certified not to be the best."""


@dataclass(frozen=True)
class Loss:
    """Means over queries: ‖φ(q)‖², ‖h‖² of the exact values, and the most that as many orthonormal axes capture."""

    size: arb
    captured: arb
    best: arb

    @property
    def share(self) -> arb:
        """What the axes of the keys capture of what is possible."""
        return self.captured / self.best


def _points(points: Points, name: str) -> list[list[arb]]:
    rows = [[enclosed(rational(entry, name)) for entry in row] for row in points]
    if not rows or not rows[0] or len({len(row) for row in rows}) != 1:
        raise ValueError(f"{name} must be vectors of one length D ≥ 1, at least one of them")
    return rows


def _kernel(left: list[list[arb]], right: list[list[arb]]) -> list[list[arb]]:
    root = arb(len(left[0])).sqrt()
    return [[(sum((a * b for a, b in zip(x, y, strict=True)), arb(0)) / root).exp() for y in right] for x in left]


def _eigen(matrix: list[list[arb]]) -> tuple[list[arb], list[list[Any]]]:
    """Return eigenvalues, descending, and complex eigenvectors of a real symmetric matrix; all have to be simple."""
    values, vectors = acb_mat(matrix).eig(right=True)
    order = sorted(range(len(values)), key=lambda k: -float(values[k].real.mid()))
    sorted_values = [values[k].real for k in order]
    if any(not bool(big > small) for big, small in pairwise(sorted_values)):
        raise ArithmeticError("eigenvalues are not separated at this precision")
    return sorted_values, [[vectors[i, k] for i in range(len(values))] for k in order]


def loss(keys: Points, queries: Points, components: int) -> Loss:
    """Return the parts of J for exact values with ``components`` axes, as balls.

    ``keys``: N vectors of length D, all different; ``queries``: Q of them. Errors: ``ValueError`` for shapes that do
    not fit and components not between 1 and N − 1; ``ArithmeticError`` if eigenvalues are not separated. Source:
    arXiv:2406.13762 (reconstruction). Worked value: two keys 0 and 1 and the query 0, D = 1: φ(0) = φ(k_1), ‖φ‖² = 1/4.
    """
    x, y = _points(keys, "keys"), _points(queries, "queries")
    n, axes = len(x), count(components, "components")
    if len(x[0]) != len(y[0]) or axes > n - 1:
        raise ValueError(f"queries must have the length of the keys, and of N = {n} keys there are at most N − 1 axes")
    raw, across = _kernel(x, x), _kernel(y, x)
    sums, other = [sum(row, arb(0)) for row in raw], [sum(row, arb(0)) for row in across]
    kernel = [[raw[i][j] / (sums[i] * sums[j]) for j in range(n)] for i in range(n)]
    rows = [sum(row, arb(0)) / n for row in kernel]
    centred = [[kernel[i][j] - rows[i] - rows[j] + sum(rows, arb(0)) / n for j in range(n)] for i in range(n)]
    projected = [[across[i][j] / (other[i] * sums[j]) for j in range(n)] for i in range(len(y))]
    captured = arb(0)
    values, vectors = _eigen(centred)
    for value, vector in zip(values[:axes], vectors[:axes], strict=True):
        mean = sum(vector) / n
        norm = sum((abs(entry) ** 2 for entry in vector), arb(0)) * value
        for row in projected:
            along = sum(weight * (entry - mean) for weight, entry in zip(row, vector, strict=True))
            captured += abs(along) ** 2 / norm
    gram = _kernel(y, y)
    scaled = [[gram[i][j] / (other[i] * other[j]) / len(y) for j in range(len(y))] for i in range(len(y))]
    best = sum(_eigen(scaled)[0][:axes], arb(0)) if len(y) > 1 else scaled[0][0]
    return Loss(sum((scaled[i][i] for i in range(len(y))), arb(0)), captured / len(y), best)


def relative(keys: Points, queries: Points, components: int, factor: Number) -> arb:
    """Return J of the values cV over the mean of ‖φ(q)‖², 1 − c² captured/size; errors as ``loss``.

    Worked value: the factor 0 gives 1.
    """
    found = loss(keys, queries, components)
    scale = enclosed(rational(factor, "factor"))
    return 1 - scale * scale * found.captured / found.size


def derivation() -> Derivation:
    """Derive what minimises J, what rescaled values do to it, and certify an instance where the key axes do not."""
    p, q, s, size, h, c, inner = symbols("p q s F h c w")
    cosine, sine = (1 - s**2) / (1 + s**2), 2 * s / (1 + s**2)
    keys, queries = INSTANCE
    return Derivation(
        result="J is least on the top eigenspaces of the queries' C_q, not of the keys' covariance; J(cV) = F − c²‖h‖²",
        steps=(
            definition(
                "Over queries, C_q = mean φ(q) ⊗ φ(q); for orthonormal axes, h_d = ⟨φ(q), u_d⟩; "
                "J = mean(‖φ(q)‖² − ‖h‖²)"
            ),
            exact("F − 2w² + w² = F − w²: ‖φ − w u‖² at w = ⟨φ, u⟩", size - 2 * inner**2 + inner**2, size - inner**2),
            argument("So J = tr C_q − Σ_d ⟨u_d, C_q u_d⟩: the keys do not occur but through the axes."),
            exact(
                "⟨u, C u⟩ = p − (p − q) sin² for C = diag(p, q), u at half-angle tangent s",
                p * cosine**2 + q * sine**2,
                p - (p - q) * sine**2,
            ),
            argument(
                "In a plane that is largest along the larger eigenvalue; in general Σ_d ⟨u_d, C_q u_d⟩ is at most the "
                "sum of the largest eigenvalues, reached only in their eigenspaces (Ky Fan): those of the queries."
            ),
            certified(
                "keys 0, 1, 3 and queries −1, 2 (D = 1): the axis of the keys captures less than 0.9 of what the best "
                "one does",
                bool(loss(keys, queries, 1).share < arb("0.9")),
            ),
            exact("‖φ‖² − (c h)² = ‖φ‖² − c² h²", size - (c * h) ** 2, size - c**2 * h**2),
            argument(
                "So where ‖h‖² is not 0, J(cV) falls without bound as c grows, and is negative from c² = F/‖h‖² on: no "
                "projection has that. A J that falls may be values that grow."
            ),
        ),
    )
