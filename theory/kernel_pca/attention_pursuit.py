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
            argument(
                "(K − L − S)1 + (S − S_0)1 = (K − L)1 − S_01. The rows of K and of L have the same sums, and a row of "
                "S_0 sums to kt: a row of the left side sums to −kt."
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


def known_values(values: Sequence[Sequence[Number]], tokens: int) -> Rows:
    """Return the values as rationals; ``ValueError`` unless there is one for each token, all of one length, finite."""
    if len(values) != tokens:
        raise ValueError(f"values must be one for each of the {tokens} keys, not {len(values)}")
    first = vector(values[0], "values[0]")
    return [vector(row, f"values[{i}]", length=len(first)) for i, row in enumerate(values)]


def step(keys: Sequence[Sequence[Number]], heads: int = 1) -> Fraction:
    """Return μ = NC/(4‖K‖_1), C = heads × D. Errors as ``known_keys``. Worked value: keys ±1: heads/4."""
    rows = known_keys(keys)
    if isinstance(heads, bool):
        raise ValueError(f"heads must be an integer of at least 1, not {heads}")
    entries = [abs(entry) for row in rows for entry in row]
    return Fraction(len(entries) * count(heads, "heads")) / (4 * sum(entries))


def clipped(keys: Sequence[Sequence[Number]], threshold: Fraction) -> Rows:
    """Return the keys clipped to ±τ; ``ValueError`` for τ < 0, and as ``known_keys``.

    Worked value: (1, −1/8) at 1/4 is (1/4, −1/8).
    """
    level = rational(threshold, "τ")
    if level < 0:
        raise ValueError(f"the threshold τ must not be negative, not {level}")
    return [[min(max(entry, -level), level) for entry in row] for row in known_keys(keys)]


def attention(attended: Rows, values: Sequence[Sequence[Number]]) -> list[list[arb]]:
    """Return softmax(KKᵀ/√D)V of rational keys and values, enclosed.

    Errors: ``ValueError`` unless keys have one length and ``values`` is as ``known_values`` takes it.
    Worked value: equal keys give the mean value.
    """
    first = vector(attended[0], "keys[0]")
    keys = [vector(row, f"keys[{i}]", length=len(first)) for i, row in enumerate(attended)]
    return attention_of([[enclosed(entry) for entry in row] for row in keys], known_values(values, len(keys)))


def attention_of(attended: list[list[arb]], values: Rows) -> list[list[arb]]:
    """Return softmax(KKᵀ/√D)V, enclosed, of enclosed keys. Worked value: the keys ±1/4 as values: ±tanh(1/16)/4."""
    scale = root(Fraction(len(attended[0])))
    columns = [[enclosed(entry) for entry in column] for column in zip(*values, strict=True)]
    found = []
    for query in attended:
        weights = [(_product(query, key) / scale).exp() for key in attended]
        mass = sum(weights, arb(0))
        found.append([_product(weights, column) / mass for column in columns])
    return found


def _product(first: list[arb], second: list[arb]) -> arb:
    return sum((a * b for a, b in zip(first, second, strict=True)), arb(0))


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
