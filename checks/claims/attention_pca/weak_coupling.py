"""A4.3 and A4.4: the softmax head in long prompts, its limit at every coupling and its 1/L term."""

from fractions import Fraction

from checks.harness.kinds import Limit
from checks.harness.mutants import changed, scaled
from numerics.measured import Measured
from numerics.softmax_integrals import softmax_integrals
from numerics.softmax_parts import evaluate
from theory.attention_pca import weak_coupling
from theory.exact import enclosed

from .source import SOURCE

SIZES = [100, 1000, 10_000, 100_000]
L_F, L_G, L_W = "L (F − its limit)", "L G", "L W"
NAMES = {L_F: "F", L_G: "G", L_W: "W"}


def excess(coupling, length, trace, ratio):
    """Return L times what t(1 + G) − ρ(F + G) is above t − ρ(2b − b²)."""
    found = evaluate(coupling, length, "fresh")
    F, G = found["F"], found["G"]
    value = trace * G.value - ratio * (F.value + G.value - coupling * (2 - coupling))
    return Measured(length * value, length * ((trace - ratio) * G.error + ratio * F.error))


class LongPrompts(Limit):
    r"""For every $c = \beta b \ge 0$, either query, as $L \to \infty$: $F \to 2c - c^2$, $G \to 0$ and
    $W \to 0$, so that $R_L(\mu) \to t - \rho(2c - c^2)$, at $\beta = 1$ the infinite-prompt risk. Where
    $c < 1/\sqrt2$, with $\kappa = (1 - 2c^2)^{-1/2}$: $L\,G \to \kappa$,
    $L\,(F - 2c + c^2) \to -\kappa - c(2 - c)\kappa^3$, to which a self query adds $2/(1 - c)$, and for a self query
    $L\,W \to 1/(1 - c)$. Observed: $F$, and the terms of the order $1/L$, at so small a $c$, at most 1/4, that the next
    are in $1/L^2$; larger $c$ in A4.3.strong.
    """

    label = "A4.3"
    title = "Softmax head: the limit of F, G, W as L grows"
    source = f"{SOURCE}; derived here"
    uses = ("A1.2.softmax", "A4.1")
    exponents = (1, 2)
    resolution = 0.0001
    derivation = staticmethod(weak_coupling.limit_derivation)

    def cases(self):
        couplings = {"fresh": (0.125, 0.25), "self": (0.0625, 0.125)}
        terms = [(L_F, "fresh"), (L_F, "self"), (L_G, "fresh"), (L_G, "self"), (L_W, "self")]
        parts = [("F", "fresh"), ("F", "self"), *terms]
        return [
            {"part": part, "query": query, "coupling": coupling, "sizes": SIZES}
            for part, query in parts
            for coupling in couplings[query]
        ]

    def prediction(self, part, query, coupling, **_):
        if part == "F":
            return weak_coupling.limit_of(coupling)["F"]
        return weak_coupling.term_of(NAMES[part], query, coupling)

    def scale(self, **_):
        return 1

    def simulation(self, size, part, query, coupling):
        found = evaluate(coupling, size, query)
        if part == "F":
            return found["F"]
        part_of, limit = found[NAMES[part]], coupling * (2 - coupling) * (part == L_F)
        return Measured(size * (part_of.value - limit), size * part_of.error)

    def mutants(self):
        def of(wanted, change):
            return lambda part, coupling, **case: (
                change(weak_coupling.kappa_of(coupling), Fraction(coupling))
                if part == wanted
                else self.prediction(part=part, coupling=coupling, **case)
            )

        return {
            "half": scaled(self.prediction, Fraction(1, 2)),
            "self ↔ fresh": changed(self.prediction, query=lambda query: {"fresh": "self", "self": "fresh"}[query]),
            "L G → 0": of(L_G, lambda k, c: 0),
            "L G → 1, no κ": of(L_G, lambda k, c: 1),
            "L G → κ²": of(L_G, lambda k, c: k**2),
            "L W → 0": of(L_W, lambda k, c: 0),
            "L W → 1, as if all keys were alike": of(L_W, lambda k, c: 1),
            "L W → κ": of(L_W, lambda k, c: k),
            "L W → 1/(1 − 2c)": of(L_W, lambda k, c: 1 / (1 - 2 * c)),
            "L(F − 2c + c²) → −κ, no key counted as the query": of(L_F, lambda k, c: -k),
            "−c(2 − c)κ³ dropped of a fresh query alone": lambda query, **case: (
                of(L_F, lambda k, c: -k) if query == "fresh" else self.prediction
            )(query=query, **case),
            "F → 2c": of("F", lambda k, c: 2 * c),
            "F → 2c − 2c²": of("F", lambda k, c: 2 * c - 2 * c**2),
            "F → c, as if M → cg/2": of("F", lambda k, c: c - c**2 / 4),
            "F → 1, as at the optimum": of("F", lambda k, c: 1),
        }


class EveryCoupling(Limit):
    r"""For every $c = \beta b \ge 0$, as $L \to \infty$: $F \to 2c - c^2$ and $G \to 0$. Observed for a fresh query,
    below and beyond $c = 1/\sqrt2$, where $L\,G$ has no limit (A4.5), and in $n$ with $L = 10^n$: what vanishes as a
    power of $L$ is less than every power of $1/n$. ($F$ is put together from $E(M - cg)^2$ and $E g(M - cg)$.)
    """

    label = "A4.3.strong"
    title = "Softmax head: the limit of F and G at every coupling"
    source = f"{SOURCE}; derived here"
    assumptions = ("observed: fresh query",)
    uses = ("A1.2.softmax", "A4.1")
    exponents = (1, 2)
    resolution = 0.0001
    derivation = staticmethod(weak_coupling.every_derivation)

    def cases(self):
        sizes = [36, 72, 144, 288]
        return [{"part": part, "coupling": c, "sizes": sizes} for c in (0.6, 0.75, 1.0, 1.5) for part in ("F", "G")]

    def prediction(self, part, coupling, sizes):
        return weak_coupling.limit_of(coupling)[part]

    def scale(self, **_):
        return 1

    def simulation(self, size, part, coupling):
        return getattr(softmax_integrals(coupling, 10.0**size), part)

    def mutants(self):
        def beyond(edge, **wrong):
            return lambda part, coupling, sizes: (
                wrong[part](Fraction(coupling))
                if part in wrong and coupling > edge
                else weak_coupling.limit_of(coupling)[part]
            )

        return {
            "F → 1 beyond 0.3": beyond(0.3, F=lambda c: 1),
            "F → 1 beyond 1/√2": beyond(0.5**0.5, F=lambda c: 1),
            "beyond 1/√2 F as at 1/√2": beyond(0.5**0.5, F=lambda c: enclosed(Fraction(2)).sqrt() - 0.5),
            "beyond 1/√2 one key has all weight": beyond(0.5**0.5, G=lambda c: 1),
            "beyond 1/√2 G keeps 1 − 1/(2c²)": beyond(0.5**0.5, G=lambda c: 1 - 1 / (2 * c**2)),
            "F → 2c": beyond(0, F=lambda c: 2 * c),
        }


class WeakCoupling(Limit):
    r"""Softmax head, $\beta = 1$, fresh query: for $0 < b < 1/\sqrt2$, as $L \to \infty$,
    $L\,(R_L(\mu) - R(\mu)) \to \kappa t + b(2 - b)\kappa^3\rho$ with $\kappa = (1 - 2b^2)^{-1/2}$. Observed for
    $b \le 1/4$, where the next terms are $1/L$ and $1/L^2$.
    """

    label = "A4.4"
    title = "Softmax head, weak coupling: the 1/L term"
    source = f"{SOURCE}; derived here"
    uses = ("A1.2.softmax", "A4.1", "A4.3")
    exponents = (1, 2)
    resolution = 0.0001
    derivation = staticmethod(weak_coupling.derivation)

    def cases(self):
        points = ((0.25, 2.0, 1.0), (0.125, 5.0, 2.0))
        return [{"coupling": b, "trace": t, "ratio": ratio, "sizes": SIZES} for b, t, ratio in points]

    def prediction(self, coupling, trace, ratio, sizes):
        return weak_coupling.correction(trace, ratio, coupling)

    def simulation(self, size, coupling, trace, ratio):
        return excess(coupling, size, trace, ratio)

    def mutants(self):
        def of(change):
            return lambda coupling, trace, ratio, sizes: change(
                weak_coupling.kappa_of(coupling), *(enclosed(Fraction(x)) for x in (coupling, trace, ratio))
            )

        return {
            "κρ in place of κ³ρ": of(lambda k, b, t, r: t * k + (b * (2 - b) * r) * k),
            "κ⁵": of(lambda k, b, t, r: t * k + (b * (2 - b) * r) * k**5),
            "κ² throughout": of(lambda k, b, t, r: t * k**2 + (b * (2 - b) * r) * k**2),
            "without b(2 − b)κ³ρ": of(lambda k, b, t, r: t * k),
            "b² in place of b(2 − b)": of(lambda k, b, t, r: t * k + (b * b * r) * k**3),
            "t ↔ ρ": of(lambda k, b, t, r: r * k + (b * (2 - b) * t) * k**3),
            "κ = 1": of(lambda k, b, t, r: t + b * (2 - b) * r),
            "half": scaled(self.prediction, Fraction(1, 2)),
        }
