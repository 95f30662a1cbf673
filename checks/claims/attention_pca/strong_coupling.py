"""A4.5: long softmax prompts beyond b = 1/√2, to 1e300 keys.

Over few decades a power of log L passes for another exponent: from L = 10³ to 10⁴ V falls as L^−0.617 at b = 1, by
coincidence near (√5 − 1)/2, and from 10⁴ to 10⁵ as L^−0.607. So the exponent is taken between L and L².
"""

from fractions import Fraction
from math import log, sqrt

from flint import arb

from checks.harness.kinds import Limit
from checks.harness.mutants import scaled
from numerics.measured import Measured
from numerics.softmax_integrals import softmax_integrals
from theory.attention_pca import strong_coupling

from .source import SOURCE

HERE = f"{SOURCE}; derived here"
MODEL = ("fresh query", "β = 1")
TRACE, RHO = 3.0, 2.0


def at(quantity, coupling, digits):
    """Return G, V or (R_L − R)/ρ at L = 10^digits."""
    found = softmax_integrals(coupling, 10.0**digits)
    if quantity == "excess":
        excess = found.excess(TRACE, RHO)
        return Measured(excess.value / RHO, excess.error / RHO)
    return getattr(found, quantity)


def log_at(quantity, coupling, digits):
    """Return the logarithm of its absolute value."""
    found = at(quantity, coupling, digits)
    size = abs(found.value)
    return Measured(log(size), -log(1 - found.error / size))


class Exponent(Limit):
    r"""Softmax head, fresh query, $\beta = 1$, $L \to \infty$ at fixed $b = \mu^\top\Sigma\mu > 1/\sqrt2$:
    $G = E\sum w_k^2$, $V = E(M - bg)^2$ and, where $r^2 + 2/b \ne 2$, $R_L - R$ fall as $L^{-r}$ up to powers of
    $\log L$, with $r = \sqrt{1/b^2 + 1/4} - 1/2$; for $b \le 1/\sqrt2$ $G$ falls as $L^{-1}$. (Observed: minus the
    logarithm of the quotient at $L^2$ and $L = 10^n$ over that of $L$, which has a correction in $1/n$ for the power of
    $\log L$; that the next is in $1/n^2$ is assumed.)
    """

    label = "A4.5"
    title = "Softmax head, strong coupling: the exponent r(b)"
    source = HERE
    assumptions = MODEL
    uses = ("A4.5.weights", "A4.5.boundary")
    resolution = 0.001
    exponents = (1, 2)
    derivation = staticmethod(strong_coupling.derivation)

    def cases(self):
        couplings = {"G": (0.5, 0.8, 1.0, 1.5), "V": (1.0,), "excess": (1.0, 1.5)}
        sizes = [35, 55, 90, 150]
        return [{"quantity": name, "coupling": b, "sizes": sizes} for name, listed in couplings.items() for b in listed]

    def prediction(self, coupling, **_):
        return strong_coupling.exponent(coupling)

    def simulation(self, size, quantity, coupling):
        once, twice = (log_at(quantity, coupling, digits) for digits in (size, 2 * size))
        return Measured((once.value - twice.value) / (size * log(10)), (once.error + twice.error) / (size * log(10)))

    def scale(self, **_):
        return 1

    def mutants(self):
        def wrong(formula):
            return lambda coupling, **_: formula(arb(coupling))

        return {
            "1 for every b": wrong(lambda b: arb(1)),
            "1/2": wrong(lambda b: arb(1) / 2),
            "2/3": wrong(lambda b: arb(2) / 3),
            "r also for b < 1/√2": wrong(lambda b: (1 / b**2 + arb(1) / 4).sqrt() - arb(1) / 2),
            "without −1/2": wrong(lambda b: (1 / b**2 + arb(1) / 4).sqrt()),
            "1/b in place of 1/b²": wrong(lambda b: (1 / b + arb(1) / 4).sqrt() - arb(1) / 2),
            "1/(2b²), the query alone": wrong(lambda b: 1 / (2 * b**2)),
        }


class PowerOfLog(Limit):
    r"""For $b > 1/\sqrt2$ $G$ carries $(\log L)^{-1/2}$, $V$ carries $(\log L)^{1/2}$, and so does $R_L - R$ where
    $r^2 + 2/b \ne 2$. (Observed at $b = 1$: from $L$, $L^2$ and $L^3$, in which no power of $L$ is left.)
    """

    label = "A4.5.logs"
    title = "Softmax head, strong coupling: the powers of log L"
    source = HERE
    assumptions = MODEL
    uses = ("A4.5.weights",)
    resolution = 0.01
    exponents = (1, 2)
    derivation = staticmethod(strong_coupling.derivation)

    def cases(self):
        return [{"quantity": name, "coupling": 1.0, "sizes": [30, 44, 66, 100]} for name in ("G", "V", "excess")]

    def prediction(self, quantity, **_):
        return strong_coupling.log_power(quantity)

    def simulation(self, size, quantity, coupling):
        once, twice, thrice = (log_at(quantity, coupling, k * size) for k in (1, 2, 3))
        value = once.value - 2 * twice.value + thrice.value
        return Measured(value / log(3 / 4), (once.error + 2 * twice.error + thrice.error) / log(4 / 3))

    def scale(self, **_):
        return 1

    def mutants(self):
        return {
            "none": lambda **_: Fraction(0),
            "the other sign": scaled(self.prediction, -1),
            "twice": scaled(self.prediction, 2),
            "that of V/G forgotten": lambda **_: Fraction(-1, 2),
        }


class Constant(Limit):
    r"""For $b > 1/\sqrt2$, with $y = 1/(r + \frac12)$: $G \sim \frac{\pi r}{\sin \pi r} \sqrt{\frac{y}{2\pi b^2}}
    L^{-r} (\log L)^{-1/2}$, $V \sim r^2 y (\log L)\, G$, and where $r^2 + 2/b \ne 2$,
    $R_L - R \sim \rho (r^2 + 2/b - 2)\, y (\log L)\, G$, which is negative for larger $b$. (Observed: as the square at
    $L$ over the value at $L^2$.)
    """

    label = "A4.5.constant"
    title = "Softmax head, strong coupling: constants, and the sign of the risk's correction"
    source = HERE
    assumptions = MODEL
    uses = ("A4.5.weights",)
    resolution = 0.01
    exponents = (1, 2)
    derivation = staticmethod(strong_coupling.derivation)

    def cases(self):
        couplings = {"G": (0.8, 1.0, 1.5), "V": (1.0,), "excess": (1.0, 1.5)}
        sizes = [35, 55, 90, 150]
        return [{"quantity": name, "coupling": b, "sizes": sizes} for name, listed in couplings.items() for b in listed]

    def prediction(self, quantity, coupling, **_):
        return strong_coupling.constant(quantity, coupling)

    def simulation(self, size, quantity, coupling):
        once, twice = (at(quantity, coupling, digits) for digits in (size, 2 * size))
        root = sqrt(size * log(10) / 2)
        value = once.value / twice.value * once.value * (root if quantity == "G" else 1 / root)
        return Measured(value, 2 * abs(value) * (2 * once.error / abs(once.value) + twice.error / abs(twice.value)))

    def mutants(self):
        def times(factor):
            return lambda quantity, coupling, **_: strong_coupling.constant(quantity, coupling) * factor(arb(coupling))

        def r(b):
            return (1 / b**2 + arb(1) / 4).sqrt() - arb(1) / 2

        return {
            "half: queries of one sign": times(lambda b: arb(1) / 2),
            "without πr/sin(πr)": times(lambda b: (arb.pi() * r(b)).sin() / (arb.pi() * r(b))),
            "without 1 + b²/4": times(lambda b: (1 + b * b / 4).sqrt()),
            "weights 0 or 1": times(lambda b: (arb.pi() * r(b)).sin() / (arb.pi() * r(b)) / (1 - r(b) ** 2)),
            "R_L − R ≈ ρV": lambda quantity, coupling, **_: strong_coupling.constant(
                "V" if quantity == "excess" else quantity, coupling
            ),
        }


class Boundary(Limit):
    r"""For $b < 1/\sqrt2$ $L\,G \to (1 - 2b^2)^{-1/2}$; at $b = 1/\sqrt2$ $L\,G \sim \sqrt{8 \log L/(3\pi)}$."""

    label = "A4.5.boundary"
    title = "Softmax head: where weak coupling ends"
    source = HERE
    assumptions = MODEL
    resolution = 0.001
    exponents = (1, 2)
    derivation = staticmethod(strong_coupling.boundary)

    def cases(self):
        return [{"coupling": b, "sizes": [36, 72, 144, 288]} for b in (0.5, 0.65, sqrt(0.5))]

    def prediction(self, coupling, **_):
        at_boundary = coupling == sqrt(0.5)
        return strong_coupling.constant_at_the_boundary() if at_boundary else strong_coupling.weak_constant(coupling)

    def simulation(self, size, coupling):
        found = at("G", coupling, size)
        factor = 10.0**size / (sqrt(size * log(10)) if coupling == sqrt(0.5) else 1)
        return Measured(factor * found.value, factor * found.error)

    def mutants(self):
        def wrong(weak, boundary):
            return lambda coupling, **_: boundary if coupling == sqrt(0.5) else weak(arb(coupling))

        return {
            "independent of b": wrong(lambda b: arb(1), arb(1)),
            "e^{b²}, that of g = 1": wrong(lambda b: (b * b).exp(), (arb(1) / 2).exp()),
            "without the cut at 2/3": wrong(lambda b: (1 - 2 * b * b).rsqrt(), (4 / arb.pi()).sqrt()),
            "κ³": wrong(lambda b: (1 - 2 * b * b).rsqrt() ** 3, arb(0)),
        }
