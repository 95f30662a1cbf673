"""A2.3: how fast the flow leaves 0 and reaches the minimum, and the steps of gradient descent."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity, Limit
from checks.harness.mutants import changed, scaled
from numerics import prompts
from numerics.local import comes_back, decay, escape_time
from numerics.measured import Measured
from theory.attention_pca import local_rates

from .draws import rotated, rotations
from .source import SOURCE

ROTATION = 5


class LocalRates(Limit):
    r"""Near the minimum $v_1/\sqrt{\lambda_1}$ of the flow an offset along $v_1$ decays at the rate $8\lambda_1^2$, one
    along $v_k$ at $2\lambda_k(\lambda_1 - \lambda_k) \le \lambda_1^2/2$, so for $d \ge 2$ the slowest rate is
    $\min_k 2\lambda_k(\lambda_1 - \lambda_k)$; near $0$ the coordinate along $v_k$ grows at $4\lambda_k^2$.
    """

    label = "A2.3"
    title = "Exponents of the flow at the minimum and at 0"
    source = SOURCE
    assumptions = ("Σ ≻ 0", "λ_1 simple")
    uses = ("A1.5",)
    resolution = 0.001
    exponents = (1, 2)  # of the offset's size, over 1/n
    derivation = staticmethod(local_rates.derivation)

    def cases(self):
        sizes = [16, 32, 64, 128, 256, 512]
        return [
            {"spectrum": spectrum, "k": k, "at": at, "sizes": sizes}
            for spectrum in ([2.0, 1.0, 0.5], [1.0, 0.75, 0.75, 0.125])
            for k in range(1, len(spectrum) + 1)
            for at in ("the minimum", "0")
        ]

    def prediction(self, spectrum, k, at, **_):
        return local_rates.exponent(spectrum, k) if at == "the minimum" else -local_rates.growth(spectrum, k)

    def simulation(self, size, spectrum, k, at):
        basis, matrix = rotated(spectrum, ROTATION)
        rest = basis[:, 0] / spectrum[0] ** 0.5 * (at == "the minimum")
        return decay(matrix, rest, basis[:, k - 1] / spectrum[0] ** 0.5 / size)

    def scale(self, spectrum, **_):
        return spectrum[0] ** 2

    def mutants(self):
        return {
            "half": scaled(self.prediction, Fraction(1, 2)),
            "8λ_1² in every direction": changed(self.prediction, k=lambda k: 1),
            "2λ_1(λ_1 − λ_k)": lambda spectrum, k, at, **_: (
                2 * Fraction(spectrum[0]) * (Fraction(spectrum[0]) - Fraction(spectrum[k - 1]))
            ),
            "growth 2λ_k² at 0": lambda spectrum, k, **_: -2 * Fraction(spectrum[k - 1]) ** 2,
        }


class EscapeTime(Limit):
    r"""From a start $\varepsilon u$ with $v_1\cdot u \ne 0$ the flow reaches $b = \frac12$ in the time
    $\frac{1}{4\lambda_1^2}\log\frac1\varepsilon\,(1 + o(1))$ as $\varepsilon \to 0$.
    """

    label = "A2.3.escape"
    title = "Escape time from a small start"
    source = SOURCE
    assumptions = ("Σ ≻ 0", "λ_1 simple")
    uses = ("A2.1",)
    resolution = 0.001
    exponents = (1, 2)  # the time is C + log(1/ε)/(4λ_1²) up to powers of ε; n = log(1/ε)
    derivation = staticmethod(local_rates.escape_derivation)

    def cases(self):
        sizes = [16, 32, 64, 128, 256]
        return [
            {"spectrum": spectrum, "start": start, "sizes": sizes}
            for spectrum, start in (([2.0], [1.0]), ([1.0, 0.5, 0.25], [1.0, -1.0, 1.0]), ([0.5, 0.25], [-0.25, 1.0]))
        ]

    def prediction(self, spectrum, **_):
        return local_rates.escape(spectrum)

    def simulation(self, size, spectrum, start):
        basis, matrix = rotated(spectrum, ROTATION)
        found = escape_time(matrix, np.exp(-size) * (basis @ start))
        return Measured(found.value / size, found.error / size)

    def mutants(self):
        return {
            "half the time": scaled(self.prediction, Fraction(1, 2)),
            "1/(4λ_1)": lambda spectrum, **_: 1 / (4 * Fraction(spectrum[0])),
            "λ_d": lambda spectrum, **_: 1 / (4 * Fraction(spectrum[-1]) ** 2),
        }


class LargestStep(Identity):
    r"""Gradient descent $\mu \leftarrow \mu - \eta\nabla R$ is linearly stable at the minimum $v_1/\sqrt{\lambda_1}$
    iff $\eta < 1/(4\lambda_1^2)$; at $\eta = 1/(4\lambda_1^2)$ it is still asymptotically stable. (Observed: from an
    offset of $0.02/\sqrt{\lambda_1}$, whether it comes ten times nearer, for steps as near as $\frac{1}{64}$ of it.)
    """

    label = "A2.3.descent"
    title = "Largest stable step of gradient descent"
    source = SOURCE
    assumptions = ("Σ ≻ 0", "λ_1 simple")
    uses = ("A2.3",)
    examples = Identity.fewer(3)
    derivation = staticmethod(local_rates.descent)

    def cases(self):
        # λ_1 is a power of 2, so that the limiting step is exact.
        return st.builds(
            lambda top, ratios, part, rotation: {
                "spectrum": [top, *sorted((top * ratio for ratio in ratios), reverse=True)],
                "step": part / (4 * top**2),
                "rotation": rotation,
            },
            st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0]),
            st.lists(st.integers(1, 19).map(lambda k: k / 20), max_size=4),
            st.sampled_from([0.5, 0.9375, 0.984375, 1.0, 1.015625, 1.0625, 1.125, 1.25]),
            rotations,
        )

    def prediction(self, spectrum, step, **_):
        return int(Fraction(step) <= local_rates.largest_step(spectrum))

    def simulation(self, spectrum, step, rotation):
        rng = np.random.default_rng(rotation)
        basis, matrix = rotated(spectrum, rotation)
        offset = 0.016 * rng.choice([-1, 1]) * basis[:, 0]  # most of it along v_1, or it could shrink at first
        if len(spectrum) > 1:
            offset += 0.012 * basis[:, 1:] @ prompts.directions(rng, 1, len(spectrum) - 1)[0]
        size = spectrum[0] ** -0.5
        return Measured(float(comes_back(matrix, size * basis[:, 0], size * offset, step, 40_000)), 0.0)

    def scale(self, **_):
        return 1

    def mutants(self):
        def below(bound):
            return lambda spectrum, step, **_: int(Fraction(step) <= bound(Fraction(spectrum[0])))

        return {
            "1/(8λ_1²)": below(lambda top: 1 / (8 * top**2)),
            "1/(2λ_1²)": below(lambda top: 1 / (2 * top**2)),
            "1/(4λ_1)": below(lambda top: 1 / (4 * top)),
            "unstable at equality": lambda spectrum, step, **_: int(
                Fraction(step) < local_rates.largest_step(spectrum)
            ),
        }
