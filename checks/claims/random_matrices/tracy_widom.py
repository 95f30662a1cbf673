"""D3.1: the Tracy–Widom laws, by determinants in ball arithmetic and by Painlevé's equation in floats."""

from fractions import Fraction

from flint import arb
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from checks.harness.mutants import scaled
from numerics import tracy_widom as floats
from theory.random_matrices import tracy_widom as laws

PAINLEVE = "Tracy, Widom, doi:10.1007/BF02100489 and doi:10.1007/BF02099545"
DIGITS = 15  # of the enclosures: what a float can tell apart


def points(low, high):
    """Draw points and β."""
    return st.fixed_dictionaries(
        {"s": st.integers(low * 64, high * 64).map(lambda k: k / 64), "beta": st.sampled_from(laws.BETAS)}
    )


def for_beta(right, **wrong):
    """Return a prediction that is wrong for one β only: ``one``, ``two`` or ``four``."""
    chosen = {{"one": 1, "two": 2, "four": 4}[name]: formula for name, formula in wrong.items()}
    return lambda s, beta: chosen[beta](s) if beta in chosen else right(s, beta)


class Distribution(Identity):
    r"""With the operator $B_s$ on $L^2(0, \infty)$ of the kernel $\mathrm{Ai}(s + x + y)$: $F_1(s) = \det(1 - B_s)$,
    $F_2(s) = \det(1 - B_s)\det(1 + B_s)$, $F_4(s) = \frac12(\det(1 - B_{s'}) + \det(1 + B_{s'}))$ with
    $s' = 2^{2/3}s$. With $q'' = sq + 2q^3$, $q \sim \mathrm{Ai}$ at ∞ these are $F_2 = e^{-\int_s^\infty (x - s)q^2}$,
    $F_1 = \sqrt{F_2}e^{-\int_s^\infty q/2}$ and $\sqrt{F_2}\cosh\frac12\int_s^\infty q$ at $s'$.
    """

    label = "D3.1"
    title = "Tracy–Widom laws"
    source = f"Ferrari, Spohn, doi:10.1088/0305-4470/38/33/L02; Bornemann, arXiv:0804.2543; {PAINLEVE}"
    derivation = staticmethod(laws.derivation)

    def cases(self):
        # the stored polynomials of β = 4 end at 2^{2/3}s = −9: beyond, they only say that F_4 is tiny
        return points(-7, 5).filter(lambda case: case["beta"] != 4 or case["s"] > -5.5)

    def prediction(self, s, beta):
        return laws.fast_cdf(s, beta)

    def simulation(self, s, beta):
        return floats.measured(floats.cdf, s, beta)

    def scale(self, **_):
        return 1

    def mutants(self):
        def cdf(beta, stretch=1):
            return lambda s: laws.fast_cdf(stretch * s, beta)

        def root(s):
            return cdf(2)(s).sqrt()

        right = self.prediction
        return {
            "F_1 and F_2 taken for each other": for_beta(right, one=cdf(2), two=cdf(1)),
            "Ai(x + y) in place of ½Ai((x + y)/2) on (s, ∞)": for_beta(right, one=cdf(1, 2)),
            "det(1 + B_s)": for_beta(right, one=lambda s: cdf(2)(s) / cdf(1)(s)),
            "B_s² by B_s: the root forgotten": for_beta(right, two=root),
            "F_1 = √F_2": for_beta(right, one=root),
            "F_4 not scaled": for_beta(right, four=lambda s: (cdf(1)(s) + cdf(2)(s) / cdf(1)(s)) / 2),
            "F_4 in Tracy and Widom's variable": for_beta(
                right, four=cdf(4, Fraction(2**0.5) / Fraction(4 ** (1 / 3)))
            ),
        }


class Density(Identity):
    r"""With $l_\mp = (\log\det(1 \mp B_s))' = \pm\frac12[(1 \mp B_s)^{-1}B_s](0, 0)$ the densities are $F_1' = F_1l_-$,
    $F_2' = F_2(l_- + l_+)$ and $F_4'(s) = 2^{2/3}\,\frac12(l_-\det(1 - B_{s'}) + l_+\det(1 + B_{s'}))$ at
    $s' = 2^{2/3}s$.
    """

    label = "D3.1.density"
    title = "Tracy–Widom densities"
    source = f"derived here; {PAINLEVE}"
    uses = ("D3.1",)
    examples = Identity.fewer(25)
    derivation = staticmethod(laws.density_derivation)

    def cases(self):
        return points(-6, 5)

    def prediction(self, s, beta):
        return laws.density(s, beta, DIGITS)

    def simulation(self, s, beta):
        return floats.measured(floats.density, s, beta)

    def scale(self, **_):
        return 1

    def mutants(self):
        return {
            "without ½": scaled(self.prediction, 2),
            "(log F)'": lambda s, beta: laws.density(s, beta, DIGITS) / laws.cdf(s, beta, DIGITS),
            "F_4' without 2^{2/3}": for_beta(
                self.prediction, four=lambda s: laws.density(s, 4, DIGITS) / arb(4).root(3)
            ),
            "F_1 and F_2 taken for each other": for_beta(self.prediction, one=lambda s: laws.density(s, 2, DIGITS)),
        }


class Tails(Identity):
    r"""Both logarithms $\log F_\beta$ and $\log(1 - F_\beta)$ come from the determinants and from Painlevé's equation,
    with relative errors that do not grow: $\log F_\beta \sim -\beta|s|^3/24$, $\log(1 - F_\beta) \sim
    -\frac23\beta s^{3/2}$ are their leading terms only.
    """

    label = "D3.1.tails"
    title = "Logarithms of the Tracy–Widom tails"
    source = PAINLEVE
    uses = ("D3.1",)
    derivation = staticmethod(laws.derivation)

    def cases(self):
        return [{"s": s, "beta": beta} for s, beta in ((-9.0, 1), (-7.0, 2), (-4.5, 4), (12.0, 1), (9.0, 2), (5.0, 4))]

    def prediction(self, s, beta):
        return (laws.log_cdf if s < 0 else laws.log_survival)(s, beta, DIGITS)

    def simulation(self, s, beta):
        return floats.measured(floats.log_cdf if s < 0 else floats.log_survival, s, beta)

    def mutants(self):
        return {
            "leading terms": lambda s, beta: Fraction(s**3 * beta / 24 if s < 0 else -2 / 3 * beta * s**1.5),
            "from 1 − F in floats": lambda s, beta: (
                self.prediction(s, beta) if s < 0 else (1 - arb(float(laws.cdf(s, beta, DIGITS))) + arb(2) ** -53).log()
            ),
            "tail doubled": lambda s, beta: self.prediction(s, beta) + arb(2).log(),
        }


class HastingsMcLeod(Identity):
    r"""$q(s) = (\log\det(1 - B_s))' - (\log\det(1 + B_s))'$ is the solution of $q'' = sq + 2q^3$ with
    $q \sim \mathrm{Ai}$ at ∞ and $q \sim \sqrt{-s/2}$ at −∞.
    """

    label = "D3.1.painleve"
    title = "The solution of Hastings and McLeod, by determinants"
    source = f"Hastings, McLeod, doi:10.1007/BF00283254; {PAINLEVE}"
    uses = ("D3.1",)
    examples = Identity.fewer(25)
    derivation = staticmethod(laws.transcendent_derivation)

    def cases(self):
        return st.fixed_dictionaries({"s": st.integers(-4 * 64, 4 * 64).map(lambda k: k / 64)})

    def prediction(self, s):
        return laws.hastings_mcleod(s, DIGITS)

    def simulation(self, s):
        return floats.measured(floats.transcendent, s, 2)

    def mutants(self):
        return {
            "Ai": lambda s: arb(s).airy_ai(),
            "√(|s|/2)": lambda s: (arb(abs(s)) / 2).sqrt(),
            "half": scaled(self.prediction, Fraction(1, 2)),
            "the other sign": scaled(self.prediction, -1),
        }
