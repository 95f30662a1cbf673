r"""The law of an ascent step given the alignment: weights first, then what the gradient asks of the rest of the noise.

Axes: q, $p = (u - mq)/\sqrt{1 - m^2}$ and $d - 2$ more. Across q token i is $\theta s_i\sqrt{1 - m^2}\,p + z_i$,
$z_i \sim N(0, I_{d-1})$; $Z = \sum w_i z_i$, $W = \sum w_i^2$, $O = hp + Z$ is the output across q.
"""

from sympy import Expr, Integer, Poly, Symbol, adjoint, prod, symbols

from ..derivation import Derivation, Step, argument, definition, exact
from ..isserlis import expectation, wishart
from ..words import DIMENSION, matrix, scalar, vector

w, W, h = symbols("w W h", real=True)  # W = Σ w_j²
r, t, eta, along = symbols("r t η z", real=True)  # ‖Z‖, a coordinate, η_i, Z·p


def derivation() -> Derivation:
    """Derive the joint law of (g·q, g·p, the norm of the rest) for all d ≥ 3, N ≥ 1, θ, β and latent signs."""
    return Derivation(
        result="the law of the step depends on q through m alone and takes 2N + O(1) normals",
        steps=(
            definition(
                "a_i = x_i·q, w = softmax(βa), S_i = θs_i√(1−m²), h = Σ w_i S_i, O = hp + Z, c_i = "
                "2βw_i(a_i o_q + S_i O·p + z_i·O − o_q² − ‖O‖²) with o_q = Σ w_i a_i; the gradient is Σ c_i x_i. "
                "m' = (m + η(m g·q + √(1−m²) g·p))/‖q + ηg‖."
            ),
            argument(
                "u = mq + √(1−m²) p, so given s the a_i ~ N(θs_i m, 1) are independent of all z_i: the signal enters "
                "by m and S_i alone. A rotation of the axes that fixes q and p changes no law, so nor does q "
                "beside m."
            ),
            argument(
                "Given (a, s), hence w: write Y for the N × (d − 1) matrix of the z_i, standard normal. ŵᵀY, ŵ = w/√W, "
                "is a standard normal vector, independent of (I − ŵŵᵀ)Y; Z = √W Yᵀŵ. So Z = √W(ξ, χ_{d−2}) along p and "
                "across, and z_i = (w_i/W)Z + ζ_i with ζ = (I − ŵŵᵀ)Y independent of Z, and so of O."
            ),
            argument(
                "Along Ô = O/‖O‖, a function of Z, w and s, ζ has the coordinates η ~ N(0, I − ŵŵᵀ), whatever Ô is; "
                "across Ô it is independent of them. z_i·O = (w_i/W)Z·O + ‖O‖η_i, so c is a function of a, s, Z, η."
            ),
            argument(
                "Across q the gradient is (Σ c_iS_i) p + (c·w/W)Z + (c·η)Ô + Σ c_iζ_i across Ô; that last sum, given "
                "all else, is normal in d − 2 dimensions, isotropic, of the variance cᵀ(I − ŵŵᵀ)c each: one of its "
                "coordinates lies in the plane of p and Z, and the norm of the others is χ_{d−3} times the deviation."
            ),
            argument(
                "For d = 3 there are no others, χ_0 = 0. At |m| = 1, S_i = 0, p any unit vector across q, the same "
                "holds. That is the law in full; what follows compares moments of it with pairings, of one token of "
                "the weight w among others, or of two, k = d − 1 dimensions."
            ),
            *_moments(),
            *_two_tokens(),
            argument(
                "Ranks: one number from d dimensions and n from the reduced step are n + 1 independent numbers of one "
                "continuous law, so the number of the n that are below the one is uniform on 0, …, n."
            ),
        ),
    )


def _moments() -> tuple[Step, ...]:
    k = DIMENSION
    y, others, p, identity = vector("y"), vector("v"), vector("p"), matrix("Σ", symmetric=True)
    beside = Symbol("√(W−w²)", real=True)  # all other tokens together

    def pairings(expression: Expr) -> Expr:
        ones = {scalar(identity**i): k for i in range(1, 6)} | {
            scalar(adjoint(p) * identity**i * p): 1 for i in range(6)
        }
        found = expectation(expression, identity, y, others).expand().subs(ones)
        return found.expand().subs(beside**4, (W - w**2) ** 2).subs(beside**2, W - w**2)

    output = w * y + beside * others + h * p
    return (
        exact("E‖O‖² = Wk + h², by pairings", pairings(adjoint(output) * output), output_square()),
        exact(
            "E(z_i·O)² by pairings is E((w/W)Z·O + ‖O‖η)²",
            pairings(adjoint(y) * output * adjoint(output) * y),
            _mean((w / W * (r**2 + h * along)) ** 2 + (r**2 + 2 * h * along + h**2) * eta**2),
        ),
        exact(
            "E(z_i·Z)²‖z_i‖² by pairings is E r²t²(t² + (1 − w²/W)χ²_{k−1}) at t = (w/W)r + η, r = ‖Z‖",
            pairings(adjoint(y) * output * adjoint(output) * y * adjoint(y) * y).subs(h, 0),
            _mean((r**2 * t**2 * (t**2 + (1 - w**2 / W) * (k - 1))).subs(t, w / W * r + eta)),
        ),
    )


def _two_tokens() -> tuple[Step, ...]:
    """Compare the part of Σ c_jz_j along Z and the rest with pairings; a rotation of the tokens leaves two of them."""
    identity, first, second = matrix("Σ", symmetric=True), vector("y"), vector("v")
    w_1, w_2, c_1, c_2 = symbols("w_1 w_2 c_1 c_2", real=True)
    both = c_1 * first + c_2 * second
    found = expectation(adjoint(both) * both, identity, first, second).subs(scalar(identity), DIMENSION)
    squares, overlap = w_1**2 + w_2**2, c_1 * w_1 + c_2 * w_2
    beside = [c_i - overlap / squares * w_i for c_i, w_i in ((c_1, w_1), (c_2, w_2))]
    deviation = sum((entry**2 for entry in beside), Integer(0))
    return (
        exact(
            "‖c − (c·w)w/W‖² = ‖c‖² − (c·w)²/W, two tokens, W = w_1² + w_2²",
            deviation,
            c_1**2 + c_2**2 - overlap**2 / squares,
        ),
        exact(
            "E‖c_1z_1 + c_2z_2‖² by pairings, c constant, is (c·w/W)²E‖Z‖² + (1 + (k − 1))‖c − (c·w)w/W‖²",
            found,
            (overlap / squares) ** 2 * _mean(r**2).subs(W, squares) + (1 + (DIMENSION - 1)) * deviation,
        ),
    )


def _mean(polynomial: Expr) -> Expr:
    """Return E over r² = Wχ²_k, η ~ N(0, 1 − w²/W) and Z·p, which given r has the mean square r²/k."""
    total = Integer(0)
    for (of_r, of_eta, of_p), factor in Poly(polynomial.expand(), r, eta, along).terms():
        if of_eta % 2 == 0 and of_p % 2 == 0:
            powers = of_r + of_p
            chi = W ** (powers // 2) * prod((DIMENSION + 2 * i for i in range(powers // 2)), start=Integer(1))
            spread = (1 - w**2 / W) ** (of_eta // 2) * (3 if of_eta == 4 else 1)
            total += factor * chi * spread / (DIMENSION if of_p else 1)
    return total


def output_square() -> Expr:
    """Return E‖O‖² given the weights, in k = d − 1. Worked value: h = 0 gives W(d − 1)."""
    return W * DIMENSION + h**2


n, across_square, up_square, in_scores = symbols("n ‖O^⊥‖² (O·p)² ‖A‖²", positive=True)  # n = N − 1

BESIDE: Expr = (
    in_scores * (DIMENSION - 2)
    + across_square * n * (n + 2)
    + up_square * n
    + (DIMENSION - 3) * (across_square + up_square) * n
)
r"""$N^2/4\beta^2$ times the square of the gradient's rest, without signal, β → 0, in the mean over η, χ and ξ'."""


def rest_square(across: Expr) -> Expr:
    r"""Return $\lim_{\beta\to0} N^2/4\beta^2$ E(norm of the gradient's rest)² without signal, from the reduced step.

    ``across``: the degrees of freedom of the output across q and p, right are d − 2; n is N − 1. Source: derived here.
    Worked value: N = 2, d = 3, right degrees: 5/2.
    """
    return BESIDE.subs({in_scores: n / (n + 1), across_square: across / (n + 1), up_square: 1 / (n + 1)})


def control() -> Derivation:
    """Derive that the norm of the gradient's rest has another law with χ_{d−3} in place of χ_{d−2} in the output."""
    S, identity, d = matrix("S", symmetric=True), matrix("Γ", symmetric=True), DIMENSION
    length = across_square + up_square
    scatter = wishart(scalar(S * S), S, identity, n).subs({scalar(identity**i): d for i in (1, 2)}) * n**2
    return Derivation(
        result="with χ_{d−3} in place of χ_{d−2} in the output the norm of the rest has another law, for all d ≥ 3",
        steps=(
            definition(
                "No signal, θ = 0, N ≥ 2, n = N − 1, and β → 0, where moments are continuous in β: w_i = 1/N. "
                "A_i = (a_i − a)a, a the mean of the a_i. O^⊥ is the output across q and p."
            ),
            argument(
                "There Z = O, (w_i/W)Z·O = ‖O‖², so c_i = (2β/N)(A_i + ‖O‖η_i), and ΣA_i = Ση_i = 0: c·w = 0. The "
                "rest is (c·η)O^⊥/‖O‖ + ‖c‖ξ'(O·p)/‖O‖ in the plane of p and Z, and ‖c‖χ_{d−3}. E‖η‖² = n, E‖η‖⁴ = "
                "n(n + 2), E(A·η)² = ‖A‖², E‖A‖² = E a² E Σ(a_i − a)² = n/N; E(O·p)² = 1/N, E‖O^⊥‖² is the number of "
                "degrees of freedom over N."
            ),
            exact(
                "‖O^⊥‖²(‖A‖² + ‖O‖²n(n + 2))/‖O‖² + ((O·p)²/‖O‖² + d − 3)(‖A‖² + ‖O‖²n) is linear in ‖A‖², ‖O^⊥‖², "
                "(O·p)²: BESIDE",
                across_square / length * (in_scores + length * n * (n + 2))
                + (up_square / length + d - 3) * (in_scores + length * n),
                BESIDE,
            ),
            exact(
                "its mean with d − 2 degrees is (d − 2)/(dN) E tr S², by pairings, S = Σ(x_i − o)(x_i − o)ᵀ",
                rest_square(d - 2),
                (d - 2) / (d * (n + 1)) * scatter,
            ),
            argument(
                "which is right: there the gradient is (2β/N)So, o the mean of the tokens, independent of S, of the "
                "covariance I/N; and S is invariant under rotations."
            ),
            exact(
                "with d − 3 degrees it is less by n(n + d − 1)/N",
                rest_square(d - 2) - rest_square(d - 3),
                n * (n + d - 1) / (n + 1),
            ),
            argument("That is positive: the norms of the rests differ in their mean square, for small β."),
        ),
    )
