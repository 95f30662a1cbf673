r"""Principal Attention Pursuit: what one sweep is, and what no number of sweeps can reach.

$S = \mathrm{soft}(K - L + y, \tau)$, $K_2 = K - S - y$, $L = \mathrm{softmax}(K_2K_2^\top/\sqrt D)V$,
$y \leftarrow y + K - L - S$ from $L = y = 0$, with $y = Y/\mu$, $\tau = \lambda\mu$, $\mu = NC/(4\|K\|_1)$. Other
readings of the published code have $\tau = \lambda/\mu$ or $+y$ in $K_2$.
"""

from collections.abc import Sequence
from fractions import Fraction

from flint import arb
from sympy import symbols

from ..derivation import Derivation, argument, definition, exact
from ..exact import Number, count, enclosed, rational, root, vector
from .pursuit import k as block_size
from .pursuit import known_blocks, n, penalty
from .pursuit import s as strength
from .pursuit import t as spike

Rows = list[list[Fraction]]
x, tau, c, mu, tokens, width, total = symbols("x τ c μ N C a", positive=True)


def one_sweep() -> Derivation:
    """Derive that one sweep is attention on clipped keys, and how that changes with the scale of the keys."""
    number = tokens * width / (4 * total)
    return Derivation(
        result="PAP_1(K) = softmax(KcKcᵀ/√D)V with Kc = clip(K, ±λμ); the share of clipped entries of cK is that of "
        "|K_ij| > λμ(K)/c²",
        steps=(
            definition("L = y = 0 before the first sweep: S = soft(K, τ) and K2 = K − S, τ = λμ."),
            exact("x > τ: x − soft(x, τ) = x − (x − τ) = τ", x - (x - tau), tau),
            exact("x < −τ, with −x in place of x: −x − (−x + τ) = −τ", -x - (-x + tau), -tau),
            argument("|x| ≤ τ: soft(x, τ) = 0, so x stays. Together K2 = clip(K, ±τ), and L is attention on it."),
            definition("a = ‖K‖_1, μ = NC/(4a); of cK, c > 0, the sum is ca."),
            exact("μ(cK) = μ(K)/c", number.subs(total, c * total), number / c),
            exact("cx > τ/c as c²x > τ: (c²x − τ)/c = cx − τ/c", (c**2 * x - tau) / c, c * x - tau / c),
            argument("So clip(cK, ±τ/c) = clip(c²K, ±τ)/c: clipped are the entries with |K_ij| > τ/c²."),
            exact(
                "with λ/μ in place of λμ the threshold is λcμ⁻¹ = cτ, and cx − cτ = c(x − τ)",
                c * x - penalty * c / mu,
                c * (x - penalty / mu),
            ),
            argument("Then clip(cK) = c clip(K), the same entries at every scale."),
        ),
    )


def unreachable() -> Derivation:
    """Derive that no reading reaches the minimiser of the pursuit for K = V = s 11ᵀ + tA."""
    row = n * strength + block_size * spike
    return Derivation(
        result="every sweep has L1 = K1, while the minimiser of the pursuit has L1 = ns 1: ‖L − L_0‖_F ≥ kt",
        steps=(
            definition("K = V = s 11ᵀ + tA as in B11.blocks, s, t > 0, 1/n < λ < 1/k; L_0 = s 11ᵀ, S_0 = tA."),
            argument(
                "Whatever K2 is, softmax(K2K2ᵀ/√D) has rows that are positive and sum to 1: L1 = softmax(…)K1, and "
                "K1 is a constant vector. No threshold, sign, step μ or number of sweeps enters."
            ),
            exact(
                "a row of K sums to k(s + t) + (n − k)s = ns + kt",
                block_size * (strength + spike) + (n - block_size) * strength,
                row,
            ),
            exact("so a row of L − L_0 sums to kt", row - n * strength, block_size * spike),
            argument(
                "‖L − L_0‖_F ≥ ‖(L − L_0)1‖/‖1‖ = kt > 0: L is not the minimiser's, which is unique (B11.blocks)."
            ),
            exact(
                "(K − L − S)1 + (S − S_0)1 = (K − L)1 − S_01: by row (ns + kt) − (ns + kt) − kt = −kt",
                row - row - block_size * spike,
                -block_size * spike,
            ),
            argument("‖K − L − S‖_F + ‖S − S_0‖_F ≥ kt: S is wrong where the constraint holds."),
            argument(
                "For other V the rows of L lie in the convex hull of those of V, while L_0 depends on K alone: it is "
                "out of reach of every V that has not its rows in that hull."
            ),
            argument(
                "Off the blocks L_ij = s + t·(weight of the tokens of j's block) > s: wherever K = L + S, S has no "
                "zero entry off the blocks, though S_0 has nothing else there."
            ),
        ),
    )


def known_keys(keys: Sequence[Sequence[Number]]) -> Rows:
    """Return the keys as rationals; ``ValueError`` if rows differ in length, one is not finite, or all are 0."""
    first = vector(keys[0], "keys[0]")
    rows = [vector(row, f"keys[{i}]", length=len(first)) for i, row in enumerate(keys)]
    if not any(map(any, rows)):
        raise ValueError("keys must not all be 0: μ = NC/(4‖K‖_1)")
    return rows


def step(keys: Sequence[Sequence[Number]], heads: int = 1) -> Fraction:
    """Return μ = NC/(4‖K‖_1), C = heads × D. Errors as ``known_keys``. Worked value: keys ±1: heads/4."""
    rows = known_keys(keys)
    entries = [abs(entry) for row in rows for entry in row]
    return Fraction(len(entries) * count(heads, "heads")) / (4 * sum(entries))


def clipped(keys: Sequence[Sequence[Number]], threshold: Fraction) -> Rows:
    """Return the keys clipped to ±threshold. Worked value: (1, −1/8) at 1/4 is (1/4, −1/8)."""
    return [[min(max(entry, -threshold), threshold) for entry in row] for row in known_keys(keys)]


def attention(attended: Rows, values: Sequence[Sequence[Number]]) -> list[list[arb]]:
    """Return softmax(KKᵀ/√D)V of rational keys and values, enclosed. Worked value: equal keys give the mean value."""
    heads = root(Fraction(len(attended[0])))
    rows = [vector(row, f"values[{i}]") for i, row in enumerate(values)]
    found = []
    for query in attended:
        weights = [
            (enclosed(sum((a * b for a, b in zip(query, key, strict=True)), Fraction(0))) / heads).exp()
            for key in attended
        ]
        mass = sum(weights, arb(0))
        found.append(
            [
                sum((w * enclosed(row[j]) for w, row in zip(weights, rows, strict=True)), arb(0)) / mass
                for j in range(len(rows[0]))
            ]
        )
    return found


def clipped_share(keys: Sequence[Sequence[Number]], multiplier: Number, heads: int, scale: Number) -> Fraction:
    """Return the share of entries that one sweep clips in the keys cK: those with |K_ij| > λμ(K)/c².

    Errors: ``ValueError`` for c ≤ 0, λ < 0, and as ``known_keys``. Source: derived here, of the iteration of
    arXiv:2406.13762. Worked value: keys (1, 3), λ = 4, c = 1: μ = 1/8, τ = 1/2, the share is 1.
    """
    factor, weight = rational(scale, "c"), rational(multiplier, "λ")
    if factor <= 0 or weight < 0:
        raise ValueError(f"c must be positive and λ not negative, not {factor} and {weight}")
    level = weight * step(keys, heads) / factor**2
    entries = [abs(entry) for row in known_keys(keys) for entry in row]
    return Fraction(sum(entry > level for entry in entries), len(entries))


def row_sum(size: int, block: int, level: Number, peak: Number) -> Fraction:
    """Return ns + kt, the sum of a row of L after any sweep. Worked value: n = 6, k = 1, s = t = 1: 7."""
    whole, part, s, t = known_blocks(size, block, level, peak)
    return whole * s + part * t
