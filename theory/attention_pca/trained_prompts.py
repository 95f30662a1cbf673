r"""Training on P prompts with a spike in common: the pencil of $\sum_p\Sigma_p^2$ and $\sum_p\Sigma_p$.

$\Sigma_p = X_pX_p^\top/n$ of independent d × n matrices with columns $N(0, I + \theta uu^\top)$, $d/n \to \gamma$. Both
roots $x_1 > 0 > x_2$ of $x^2 - \ell x = \omega$ are written with the inverse companion transform, $a_i = 1/s(x_i)$:
then all that is needed is rational in $(a_1, a_2, \gamma)$.
"""

from fractions import Fraction

from flint import arb
from sympy import Expr, Symbol, diff

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact, heuristic
from ..exact import Number
from ..random_matrices.spiked import INVERSE, gamma, s, spike, theta
from ..random_matrices.spiked import LOCATION as OF_ONE_PROMPT

P = Symbol("P", positive=True)
c, xi = Symbol("c", positive=True), Symbol("ξ", positive=True)

THRESHOLD_SQUARED: Expr = c * (1 + gamma - c)
r"""$\theta_c^2$, with $c = \gamma/P$."""

LOCATION: Expr = 1 + gamma + xi + THRESHOLD_SQUARED / xi
r"""The eigenvalue $\ell(\xi)$ of the pencil; the bulk ends at $\xi = \theta_c$, the spike is at $\xi = \theta$."""

a1, a2 = Symbol("a_1", negative=True), Symbol("a_2", positive=True)
SUM, PRODUCT = a1 + a2, a1 * a2
ON_CURVE: Expr = gamma * (SUM + 1 - gamma) / (PRODUCT + SUM + 1 - gamma)
r"""c, where $z = 0$ is the image of $\omega$ under P-fold free convolution."""
XI: Expr = gamma - 1 - SUM - ON_CURVE


def root_at(a: Expr) -> Expr:
    """Return x as a function of a = 1/s(x)."""
    return INVERSE.subs(s, 1 / a)


def transform(a: Expr, strength: Expr | int) -> Expr:
    """Return the limit of u·(x − Σ_p)⁻¹u at a = 1/s(x); at strength 0 that of tr (x − Σ_p)⁻¹/d."""
    return 1 / (root_at(a) * (1 + (1 + strength) / a))


OMEGA: Expr = -root_at(a1) * root_at(a2)
GAP: Expr = root_at(a1) - root_at(a2)


def of_h(strength: Expr | int) -> Expr:
    """Return the limit of u·(ω − h(Σ_p))⁻¹u, h(x) = x² − ℓx; at strength 0 that of tr (ω − h(Σ_p))⁻¹/d."""
    return (transform(a1, strength) - transform(a2, strength)) / GAP


def on_curve(formula: Expr) -> Expr:
    """Return a formula in c and ξ where z = 0 is the image of ω."""
    return formula.subs({c: ON_CURVE, xi: XI}, simultaneous=True)


def derivation() -> Derivation:
    """Derive the edge of the pencil's bulk, its outliers and the threshold, for P > γ."""
    return Derivation(
        result="P > γ: the top eigenvalue of the pencil (ΣΣ_p², ΣΣ_p) tends to ℓ(θ) = 1 + γ + θ + θ_c²/θ if θ > θ_c, "
        "else to 1 + γ + 2θ_c, θ_c² = (γ/P)(1 + γ − γ/P); P − 1 more outliers at ℓ(γθ/P) if γθ/P > θ_c",
        steps=(*to_pencil(), *bulk(), *outlier(), *limits()),
    )


def to_pencil() -> tuple[Step, ...]:
    """Return the steps that bring the top of the pencil to a sum of free matrices."""
    x, first, second, omega, G = (Symbol(name) for name in ("x", "x_1", "x_2", "ω", "G"))
    m = (s + (1 - gamma) / INVERSE) / gamma
    return (
        definition("W_p = Σ_p for θ = 0; h(x) = x² − ℓx; A(ℓ) = Σ_p h(Σ_p); c = γ/P; P ≥ 2 (P = 1 is D2.1), P > γ."),
        argument(
            "nP > d, so ΣΣ_p ≻ 0 and A(ℓ) falls strictly in ℓ: the top generalised eigenvalue is the ℓ at which the "
            "largest eigenvalue of A(ℓ) is 0, and its vectors are the null vectors of A(ℓ)."
        ),
        heuristic(
            "The W_p are independent and orthogonally invariant, so asymptotically free (Collins, Śniady, "
            "arXiv:math-ph/0402073), and A(ℓ) tends to a sum of P free copies of h(W). That its largest eigenvalue "
            "tends to the end of that law's support (strong freeness; Wishart matrices: arXiv:math/0504414), and that "
            "subordination holds for quadratic forms of resolvents up to there, outliers of the summands included "
            "(unitary invariance: arXiv:1412.4916), is taken over to real matrices without proof."
        ),
        argument(
            "P-fold free convolution: G_A(z) = G(ω) with G = G_h and z = K(ω) = Pω − (P − 1)/G(ω) (Biane, "
            "Math. Z. 227, 1998)."
        ),
        exact("Pω − (P − 1)/G = 0 at G = (1 − 1/P)/ω", (P * omega - (P - 1) / G).subs(G, (1 - 1 / P) / omega), 0),
        exact(
            "1/(ω − x² + ℓx) = (1/(x_1 − x) − 1/(x_2 − x))/(x_1 − x_2) at ℓ = x_1 + x_2, ω = −x_1x_2",
            1 / (-first * second - x**2 + (first + second) * x),
            (1 / (first - x) - 1 / (second - x)) / (first - second),
        ),
        exact("the transform (s + (1 − γ)/z)/γ is −1/(z(1 + s)) at z = z(s)", m, -1 / (INVERSE * (1 + s))),
        argument("So G(ω) = (g_0(x_1) − g_0(x_2))/(x_1 − x_2) with g_0(x) = 1/(x(1 + s(x))), and a = 1/s(x)."),
        exact(
            "γ(ωG(ω) − 1 + c/γ)((1 + a_1)(1 + a_2) − γ) = c a_1a_2 − (γ − c)(a_1 + a_2 + 1 − γ)",
            gamma * (OMEGA * of_h(0) - 1 + c / gamma) * ((1 + a1) * (1 + a2) - gamma),
            c * PRODUCT - (gamma - c) * (SUM + 1 - gamma),
        ),
        argument("So K(ω) = 0 iff the right side is 0: solved for c, and ξ = γ − 1 − c − a_1 − a_2 put for a_1 + a_2:"),
        exact("x_1 + x_2 = 1 + γ + ξ + c(1 + γ − c)/ξ", root_at(a1) + root_at(a2), on_curve(LOCATION)),
        exact(
            "−x_1x_2 = (1 − c)(γ − c)(ξ + c)²/(cξ)",
            OMEGA,
            on_curve((1 - c) * (gamma - c) * (xi + c) ** 2 / (c * xi)),
        ),
    )


def bulk() -> tuple[Step, ...]:
    """Return the steps to the edge of the bulk."""
    root = Symbol("g", positive=True)  # √γ
    a = Symbol("a", real=True)
    total, product = gamma - 1 - c - xi, -(gamma - c) * (xi + c) / c
    quadratic = a**2 - total * a + product
    least = c * (1 + root + root**2 - c) / (c + root)
    other = 1 + root**2 - c
    return (
        argument(
            "Conversely let ξ > 0 and c < min(1, γ), i.e. P > max(1, γ). The a_i are the roots of a² − Sa + T, S = γ − "
            "1 − c − ξ, T = −(γ − c)(ξ + c)/c < 0, of either sign, a_1 < 0 < a_2."
        ),
        exact("T c = (γ − c)(S + 1 − γ)", product * c, (gamma - c) * (total + 1 - gamma)),
        exact("at a = γ − 1 it is −γ(ξ + c)(1 − c)/c", quadratic.subs(a, gamma - 1), -gamma * (xi + c) * (1 - c) / c),
        exact("x = a(γ − 1 − a)/(1 + a)", root_at(a), a * (gamma - 1 - a) / (1 + a)),
        argument("That is negative iff P > γ: then a_2 > max(0, γ − 1), which is x_2 < 0."),
        exact(
            "at a = −1 − √γ, g = √γ, it is (1 + g/c) g (ξ_0 − ξ) with ξ_0 = c(1 + g + g² − c)/(c + g)",
            quadratic.subs({a: -1 - root, gamma: root**2}),
            (1 + root / c) * root * (least - xi),
        ),
        argument("So for ξ > ξ_0, a_1 < −1 − √γ, which is x_1 > (1 + √γ)², and ω is above the support of h(W)."),
        exact(
            "(θ_c² − ξ_0²)(c + g)² = c(1 + g² − 2c)(g² − c)(1 − c)",
            (THRESHOLD_SQUARED.subs(gamma, root**2) - least**2) * (c + root) ** 2,
            c * (1 + root**2 - 2 * c) * (root**2 - c) * (1 - c),
        ),
        exact("(ξ_0 − c)(c + g) = c(1 + g² − 2c)", (least - c) * (c + root), c * (other - c)),
        exact("ℓ'(ξ) = 1 − θ_c²/ξ²", diff(LOCATION, xi), 1 - THRESHOLD_SQUARED / xi**2),
        exact("d/dξ (ξ + c)²/ξ = 1 − c²/ξ²", diff((xi + c) ** 2 / xi, xi), 1 - c**2 / xi**2),
        argument(
            "So c < ξ_0 < θ_c, and ω rises with ξ on ξ > ξ_0. Along it K = 0, so ∂K/∂ω · ω' = −∂K/∂ℓ · ℓ'. As ∂G/∂ℓ = "
            "−E W/(ω − h(W))² < 0, ∂K/∂ℓ < 0, and ∂K/∂ω has the sign of ℓ': positive iff ξ > θ_c, 0 at θ_c."
        ),
        argument(
            "1/G(ω) = ω − E h − ∫dτ(x)/(ω − x) with a measure τ on the convex hull of the support of h(W), so K is "
            "convex above it: where ∂K/∂ω > 0 it is so for all larger ω, and K(ω) is above the support of the free "
            "sum. So 0 is above it at ℓ(ξ) for all ξ > θ_c and at its end at ξ = θ_c; for smaller ℓ the end is above "
            "0, as A(ℓ) falls strictly: the bulk of the pencil ends at ℓ(θ_c) = 1 + γ + 2θ_c."
        ),
    )


def outlier() -> tuple[Step, ...]:
    """Return the steps to the outliers."""
    z, kappa = Symbol("z"), Symbol("κ")
    q = gamma / ((1 + a1) * (1 + a2))
    mixed = (root_at(a1) * transform(a1, 0) - root_at(a2) * transform(a2, 0)) / GAP
    return (
        argument(
            "Rotate u to the first axis. h(Σ_p) has there a corner α_p, a column β_p and a block C_p, and its law is "
            "invariant under the orthogonal O_p of the other axes, independently for each p. For O_q = −I only β_q "
            "changes, its sign: so β_p·(z − ΣC_q)⁻¹β_q → 0 for p ≠ q. By subordination β_p·(z − ΣC_q)⁻¹β_p has the "
            "limit of β_p·(ω − C_p)⁻¹β_p, so with r = α_p + β_p·(ω − C_p)⁻¹β_p, 1/(u·(z − A)⁻¹u) → z − P r; and "
            "1/(u·(ω − h(Σ_p))⁻¹u) = ω − r, which has the limit 1/g(ω)."
        ),
        argument(
            "So r → ω − 1/g, and at z = 0 the first tends to 0 iff ω g(ω) = 1. As D2.1: with the first row √κ ζᵀ of "
            "X_p, κ = 1 + θ, and the others Y, 1/(u·(x − Σ_p)⁻¹u) = x − κx ζ·(x − YᵀY/n)⁻¹ζ/n → x(1 + κs(x)), and g(ω) "
            "as G(ω) above."
        ),
        exact("x − κx(−s) = x(1 + κs)", z - kappa * z * (-s), z * (1 + kappa * s)),
        exact(
            "(1 − ωg)(θ(1 + θ + γ − c) − ξ(θ + γ/c)) = (1 + θ)(θ − ξ)",
            (1 - OMEGA * of_h(theta)) * on_curve(theta * (1 + theta + gamma - c) - xi * (theta + gamma / c)),
            (1 + theta) * (theta - XI),
        ),
        argument(
            "So A(ℓ) has an eigenvalue at 0 with a share of u iff ξ = θ, and that is above the bulk iff θ > θ_c: then "
            "ℓ = ℓ(θ)."
        ),
        argument(
            "Other outliers of A(ℓ) would be outliers of ΣC_p. C_p = h(YYᵀ/n) + κbbᵀ, b = Yζ/n, since Σ_p² has the "
            "cross term; by subordination ΣC_p has an outlier at 0 iff κ b·(ω − h(YYᵀ/n))⁻¹b → κγ E W/(ω − h(W)) = 1."
        ),
        exact("γ E W/(ω − h(W)) = −q/(1 − q), q = γ/((1 + a_1)(1 + a_2))", gamma * mixed, -q / (1 - q)),
        exact("q = −c/ξ", q, on_curve(-c / xi)),
        exact("κ(c/ξ)/(1 + c/ξ) = 1 at ξ = cκ − c = cθ", ((1 + theta) * c / (xi + c)).subs(xi, c * theta), 1),
        argument(
            "That is P-fold, one for each prompt; the symmetric combination mixes with u, P − 1 stay: outliers at "
            "ℓ(cθ) if cθ > θ_c, without a share of u. As c < 1 and ℓ rises, ℓ(θ) is above them: the top one."
        ),
    )


def limits() -> tuple[Step, ...]:
    """Return the steps that compare with one prompt and with many."""
    return (
        exact(
            "P = 1: ℓ(θ) = (1 + θ)(1 + γ/θ), the outlier of D2.1", LOCATION.subs({c: gamma, xi: theta}), OF_ONE_PROMPT
        ),
        exact("P = 1: θ_c² = γ", THRESHOLD_SQUARED.subs(c, gamma), gamma),
        exact("P = γ: θ_c² = γ", THRESHOLD_SQUARED.subs(c, 1), gamma),
        exact("Pθ_c² = γ(1 + γ) − γ²/P", P * THRESHOLD_SQUARED.subs(c, gamma / P), gamma * (1 + gamma) - gamma**2 / P),
    )


def pencil(strength: Number, aspect: Number, prompts: int) -> dict[Expr, Fraction]:
    """Return c = γ/P, γ and θ as rationals; ``ValueError`` unless θ > −1, γ > 0, finite, and P > γ is an integer."""
    known_strength, known_aspect = spike(strength, aspect)
    number = exactly.count(prompts, "number of prompts P")
    if number <= known_aspect:
        raise ValueError(
            f"P must be above γ, not P = {prompts} at γ = {aspect!r}: then all prompts are memorised (A5.8)"
        )
    return {c: known_aspect / number, gamma: known_aspect, theta: known_strength}


def threshold_squared(aspect: Number, prompts: int) -> Fraction:
    r"""Return $\theta_c^2 = (\gamma/P)(1 + \gamma - \gamma/P)$, for γ > 0, finite, and P > γ; ``ValueError`` otherwise.

    Source: derived here; P = 1 is doi:10.1016/j.jmva.2005.08.003. Worked value: γ = 1, P = 2 gives 3/4.
    """
    known = pencil(0, aspect, prompts)
    return exactly.evaluate(THRESHOLD_SQUARED, {c: known[c], gamma: known[gamma]})


def location(strength: Number, aspect: Number, prompts: int) -> Fraction | arb:
    r"""Return the limit of the top generalised eigenvalue of $(\sum_p\Sigma_p^2, \sum_p\Sigma_p)$.

    Errors as ``pencil``. Source: derived here. Worked value: θ = 1, γ = 1, P = 2 gives 15/4; θ = 0, γ = 2, P = 4 gives
    the edge 3 + √5.
    """
    return _at(pencil(strength, aspect, prompts), Fraction(1))


def further_location(strength: Number, aspect: Number, prompts: int) -> Fraction | arb:
    """Return the limit of the P − 1 eigenvalues after the top one: ℓ(γθ/P), or the edge.

    Errors as ``pencil``, and ``ValueError`` for P = 1. Worked value: θ = 4, γ = 1, P = 2 gives 35/8.
    """
    known = pencil(strength, aspect, prompts)
    if prompts == 1:
        raise ValueError("one prompt has no further outliers: P must be at least 2")
    return _at(known, known[c])


def _at(known: dict[Expr, Fraction], factor: Fraction) -> Fraction | arb:
    place = known[theta] * factor
    squared = exactly.evaluate(THRESHOLD_SQUARED, {c: known[c], gamma: known[gamma]})
    if place > 0 and place**2 > squared:
        return exactly.evaluate(LOCATION, {c: known[c], gamma: known[gamma], xi: place})
    return 1 + exactly.enclosed(known[gamma]) + 2 * exactly.root(squared)
