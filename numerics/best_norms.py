"""The least risk over the norm of μ, along a direction: heads in prompts of L keys, fresh query."""

from scipy.optimize import minimize_scalar

from .measured import Measured
from .prompts import positive_count
from .score_cubature import cubature_parts
from .softmax_parts import evaluate


def best_norm(head: str, trace: float, ratio: float, length: int) -> dict[str, Measured[float]]:
    """Return the ``coupling`` b in [0.01, 2] at which E‖q − T(q)‖² is least, and that ``risk``.

    The error q − T(q) has ratio · (g − M)² along Σμ, and the rest of the ``trace`` of q and of the weighted keys beside
    it. ``head``: "linear" (L ≤ 4) or "softmax" (2 ≤ L ≤ 10⁵). ``ValueError`` for anything else, or unless
    0 < ratio ≤ trace. Worked value: linear, trace 3, ratio 2, L = 1: b = 2/7, risk 17/7.
    """
    positive_count(length, "prompt length L")
    if head not in ("linear", "softmax"):
        raise ValueError(f"head must be linear or softmax, not {head!r}")
    if not 0 < ratio <= trace:
        raise ValueError(f"ratio must be in (0, trace], not {ratio} with trace {trace}")

    def risk(coupling: float) -> Measured[float]:
        if head == "linear":
            found = cubature_parts("linear", coupling, length, "fresh")
        else:
            found = evaluate(coupling, length, "fresh")
        F, G = found["F"], found["G"]
        value = ratio * (1 - F.value) + (trace - ratio) * (1 + G.value)
        return Measured(value, ratio * F.error + (trace - ratio) * G.error + 1e-14 * trace)

    wide = 1e-9 if head == "linear" else 1e-3
    best = float(
        minimize_scalar(lambda b: risk(b).value, bounds=(0.01, 2.0), method="bounded", options={"xatol": wide}).x
    )
    least = risk(best)
    if head == "linear":  # a parabola: its vertex by three points
        low, high = risk(best / 2), risk(best * 3 / 2)
        bend, tilt = low.value + high.value - 2 * least.value, high.value - low.value
        best -= best / 2 * tilt / (2 * bend)
        least = risk(best)
        off = best * 4 * float(low.error + high.error + least.error) / bend
    else:
        off = 0.05
    return {"coupling": Measured(best, off), "risk": least}
