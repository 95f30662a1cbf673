r"""The law of an ascent step given the alignment: weights first, then what the gradient asks of the rest of the noise.

Axes: q, $p = (u - mq)/\sqrt{1 - m^2}$ and $d - 2$ more. Across q token i is $\theta s_i\sqrt{1 - m^2}\,p + z_i$,
$z_i \sim N(0, I_{d-1})$; $Z = \sum w_i z_i$, $W = \sum w_i^2$, $O = hp + Z$ is the output across q.
"""

from sympy import Expr, Integer, Poly, Symbol, adjoint, prod, symbols

from ..derivation import Derivation, Step, argument, definition, exact
from ..isserlis import expectation
from ..words import DIMENSION, matrix, scalar, vector

w, W, h, c, C = symbols("w W h c C", real=True)  # W = Σ w_j², C = Σ c_j², c one of the c_j
overlap = Symbol("c·w", real=True)
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
                "For d = 3 there are no others, χ_0 = 0. That is the law in full; what follows compares moments of it "
                "with pairings, of one token of the weight w among others, k = d − 1 dimensions."
            ),
            *_moments(),
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
        exact(
            "E‖Σ c_jz_j‖² = kC for constant c is (c·w/W)²E‖Z‖² + (1 + (k − 1))(C − (c·w)²/W)",
            k * C,
            (overlap / W) ** 2 * _mean(r**2) + (1 + (k - 1)) * (C - overlap**2 / W),
        ),
        exact(
            "‖c − (c·w)w/W‖² = C − (c·w)²/W, with Σc_j² = C, Σw_j² = W",
            C - 2 * overlap / W * overlap + (overlap / W) ** 2 * W,
            C - overlap**2 / W,
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


def output_square(across: Expr | None = None) -> Expr:
    """Return E‖O‖² given the weights, with χ of ``across`` degrees of freedom across q and p, d − 2 if not given.

    In k = d − 1. Source: derived here. Worked value: h = 0 gives W(d − 1).
    """
    return W * (1 + (DIMENSION - 1 if across is None else across)) + h**2


def control() -> Derivation:
    """Derive that the step with χ_{d−3} in place of χ_{d−2} has another law."""
    return Derivation(
        result="with χ_{d−3} in place of χ_{d−2} in the output the law is another, for all d ≥ 3",
        steps=(
            exact(
                "E‖O‖² with d − 3 = k − 2 degrees of freedom is E‖O‖² − W",
                output_square(DIMENSION - 2),
                output_square() - W,
            ),
            argument("W > 0: the outputs differ in their mean square, given the weights."),
        ),
    )
