r"""The limiting flow of the alignment on the sphere: where it ends, and its rates.

The flow ascends $J$ along the sphere, $q' = (I - qq^\top)\nabla J$. A symmetric latent sign is assumed: it has a finite
mean generating function, $0 < E s^2$, and $s$ and $-s$ have the same law.
"""

from fractions import Fraction

from flint import arb
from sympy import Expr, Symbol, adjoint, exp, symbols

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact
from ..elementary import enclosure
from ..exact import Number
from ..words import scalar, vector
from .objective import LATENTS, Model, beta, m, objective, ratio, share, slope, theta, x

square = symbols("v", positive=True)
"""E s² of the latent sign."""

inflation = Symbol("e^{β²}", positive=True)

EQUATOR: Expr = 2 * share * square * beta**2 * theta**2 * (2 + share * theta**2 * square + ratio * inflation)
r"""$J''(0)$ for every symmetric latent sign."""

w, bend, w_twice, spread = symbols("w w′ w₂ S", real=True)
VALUE: Expr = beta**2 + 2 * x * w + theta**2 * w**2 + ratio * inflation * spread
r"""$J$ as a function of $x = \beta\theta m$, by $w = D'(x)$ and $S = e^{D(2x) - 2D(x)}$."""

SLOPE: Expr = 2 * w + 2 * x * bend + 2 * theta**2 * w * bend + 2 * ratio * inflation * spread * (w_twice - w)
"""dJ/dx, of which every term has the sign of x."""


def derivation() -> Derivation:
    """Derive the flow of the alignment, its stationary points, where it ends, and its rates."""
    s, c, slope_of = symbols("s c J′", real=True)
    return Derivation(
        result="m′ = (1 − m²) J′(m), J′ > 0 for 0 < m ≤ 1; from m(0) ≠ 0 to sign(m(0)) u; rates J″(0) at the equator, "
        "J′(1) at ±u",
        steps=(
            definition(
                "J(q) = J(m), m = q·u, of C1 and C2; q′ = ∇J − (q·∇J) q, ∇J = J′(m) u. D(x) = log(1 − π + πM(x)), "
                "w = D′(x), w′ = D″(x), w₂ = D′(2x), S = exp(D(2x) − 2D(x)), x = βθm; β, θ, π > 0, v = E s² > 0."
            ),
            *_motion(slope_of),
            argument(
                "So the flow stays on the great circle of q(0) and u, and the distance from ±u is an angle: q moves in "
                "the plane only, m solves m′ = (1 − m²)J′(m) whatever d is."
            ),
            *_chain_rule(),
            argument(
                "D is the cumulant generating function of εs, ε = 1 with probability π and 0 else, independent of s: "
                "D is even, as s is symmetric, and D″ > 0, the variance of εs under tilting, as εs is not constant. "
                "So w and w₂ are odd and w increases strictly: for x > 0, w > 0, w′ > 0 and w₂ > w. Every term of "
                "dJ/dx is ≥ 0 there and the first is > 0: J′(m) > 0 for 0 < m ≤ 1, and J′ is odd."
            ),
            argument(
                "The stationary points are the equator m = 0 and ±u. |m| increases strictly for 0 < |m| < 1 and is "
                "bounded; its limit is stationary, so it is 1: from m(0) ≠ 0 the limit is sign(m(0)) u."
            ),
            *rates(),
            exact("at m = c, 1 − c² = s²: (1 − c²)J′ = −s(−sJ′)", _on_circle(c, s, slope_of), -s * (-s * slope_of)),
            argument(
                "With m = cos φ, m′ = −sin φ φ′: φ′ = −sin φ J′(cos φ), so φ decays like e^{−J′(1)t} at u; at −u the "
                "same by symmetry. At the equator m′ = J″(0) m + O(m³), as J′ is odd and smooth."
            ),
        ),
    )


def _motion(slope_of: Expr) -> tuple[Step, ...]:
    q, u = vector("q"), vector("u")
    unit = {scalar(adjoint(u) * u): 1, scalar(adjoint(q) * q): 1, scalar(adjoint(u) * q): m}
    across, along = symbols("q u", real=True)  # q − mu is linear in q and u

    def of(word: Expr) -> Expr:
        return scalar(word).subs(unit)

    change = slope_of * (along - m * across)
    return (
        exact(
            "u·(I − qqᵀ)J′u = (1 − m²)J′",
            slope_of * of(adjoint(u) * u - adjoint(u) * q * adjoint(q) * u),
            (1 - m**2) * slope_of,
        ),
        exact("q·(I − qqᵀ)J′u = 0", slope_of * of(adjoint(q) * u - adjoint(q) * q * adjoint(q) * u), 0),
        exact(
            "(q − mu)′ = q′ − m′u = −mJ′(q − mu) with q′ = J′(u − mq), m′ = (1 − m²)J′",
            change - (1 - m**2) * slope_of * along,
            -m * slope_of * (across - m * along),
        ),
    )


def _chain_rule() -> tuple[Step, ...]:
    mass, mass_twice, bent, bent_twice = symbols("A A₂ A′ A₂′", positive=True)  # A = 1 − π + πM at x and at 2x
    of_spread = mass_twice / mass**2
    by_x = of_spread.diff(mass) * bent + of_spread.diff(mass_twice) * 2 * bent_twice
    chained = VALUE.diff(x) + VALUE.diff(w) * bend + VALUE.diff(spread) * 2 * spread * (w_twice - w)
    return (
        exact(
            "dS/dx = 2S(w₂ − w) for S = A₂/A², w = A′/A, w₂ = A₂′/A₂",
            by_x,
            2 * of_spread * (bent_twice / mass_twice - bent / mass),
        ),
        exact("d/dx (β² + 2xw + θ²w² + δe^{β²}S) = 2w + 2xw′ + 2θ²ww′ + 2δe^{β²}S(w₂ − w)", chained, SLOPE),
    )


def rates() -> tuple[Step, ...]:
    """Return the steps that prove ``EQUATOR``: for every symmetric latent sign, and for those of the model again."""
    quartic = Symbol("κ", real=True)
    steps = [
        exact(
            "J″(0) for M = 1 + vx²/2 + κx⁴ is 2πvβ²θ²(2 + πθ²v + δe^{β²}), whatever κ is",
            _curvature(_objective_of(1 + square * x**2 / 2 + quartic * x**4)),
            EQUATOR,
        ),
        argument("M is even and smooth, M(x) = 1 + vx²/2 + O(x⁴), and J″(0) sees no term beyond the second."),
    ]
    for latent in SYMMETRIC:
        own = second_moment(latent)
        steps.append(
            exact(
                f"J″(0) for the {latent} latent sign, v = {own}",
                _curvature(objective(latent)),
                EQUATOR.subs(square, own),
            )
        )
    return tuple(steps)


def _objective_of(generating: Expr) -> Expr:
    mass = 1 - share + share * generating
    weight, squares = mass.diff(x) / mass, mass.subs(x, 2 * x) / mass**2
    return VALUE.subs({w: weight, spread: squares}).subs(x, beta * theta * m)


def _curvature(landscape: Expr) -> Expr:
    return landscape.diff(m, 2).subs(m, 0).subs(exp(beta**2), inflation)


def _on_circle(c: Expr, s: Expr, slope_of: Expr) -> Expr:
    return ((1 - m**2) * slope_of).subs(m, c).subs(c**2, 1 - s**2)


SYMMETRIC = tuple(name for name, generating in LATENTS.items() if generating == generating.subs(x, -x))
"""The latent signs of the model that are symmetric."""


def second_moment(latent: str) -> Expr:
    """Return E s² = M''(0). Worked value: 1 for each of the named laws."""
    return LATENTS[latent].diff(x, 2).subs(x, 0)


def equator_rate(model: Model, moment: Number | None = None) -> arb:
    r"""Return $J''(0)$, the rate at which |m| grows near the equator.

    ``moment``: E s² > 0 of another symmetric law than the model's. ``ValueError`` if that is not positive, or the
    model's law is not symmetric and none is given. Source: arXiv:2606.22406 (reconstruction).
    Worked value: β = θ = 1, π = 1/2, δ = 0, E s² = 1: 5/2.
    """
    if moment is None:
        refuse_asymmetric(model)
        moment = Fraction(int(second_moment(model.latent)))
    of_square = exactly.rational(moment, "E s²")
    if of_square <= 0:
        raise ValueError(f"E s² must be positive, not {moment}")
    numbers = {beta: model.beta, theta: model.theta, share: model.share, ratio: model.ratio, square: of_square}
    values = {symbol: exactly.enclosed(number) for symbol, number in numbers.items()}
    return enclosure(EQUATOR, {**values, inflation: (values[beta] ** 2).exp()})


def pole_rate(model: Model, pole: int = 1) -> arb:
    r"""Return the rate at which the angle to ±u decays, $\pm J'(\pm 1)$; ``ValueError`` for a pole that is not ±1.

    Source: arXiv:2606.22406 (reconstruction). Worked value: β = θ = 1, π = 1, δ = 0, constant latent: J' = 2βθ = 2.
    """
    if pole not in (1, -1):
        raise ValueError(f"the pole is 1 or −1, not {pole!r}")
    return pole * slope(model, pole)


def limit(model: Model, start: Number) -> int:
    """Return the alignment to which the flow from m(0) tends: its sign, and 0 from the equator, where it rests.

    ``ValueError`` unless −1 ≤ m(0) ≤ 1, β, θ, π > 0 and the latent sign is symmetric. Source: arXiv:2606.22406
    (reconstruction). Worked value: −1 from m(0) = −1/2.
    """
    refuse_asymmetric(model)
    if not (model.theta and model.share):
        raise ValueError("without a signal, θπ = 0, nothing moves")
    begin = exactly.rational(start, "start")
    if abs(begin) > 1:
        raise ValueError(f"the start must be in [−1, 1], not {start}")
    return (begin > 0) - (begin < 0)


def refuse_asymmetric(model: Model) -> None:
    """Raise ``ValueError`` unless the latent sign of the model is symmetric."""
    if model.latent not in SYMMETRIC:
        raise ValueError(f"the latent sign must be symmetric, one of {', '.join(SYMMETRIC)}, not {model.latent}")
