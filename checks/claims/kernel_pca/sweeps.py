"""B12: the sweeps of Principal Attention Pursuit, compared one by one with ball arithmetic."""

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from checks.harness.mutants import changed
from numerics import attention_pursuit as numeric
from numerics.measured import Measured
from theory.kernel_pca import sweeps as theory

from .source import THEORY

entries = st.integers(-24, 24).map(lambda k: k / 16)


@st.composite
def runs(draw):
    """Draw keys and values, not the same, of up to four tokens, λ, one to three sweeps and a reading of them."""
    tokens, dimension = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    rows = st.lists(st.lists(entries, min_size=dimension, max_size=dimension), min_size=tokens, max_size=tokens)
    return {
        "keys": draw(rows.filter(lambda keys: any(map(any, keys)))),
        "values": draw(rows),
        "penalty": draw(st.integers(1, 12).map(lambda k: k / 8)),
        "sweeps": draw(st.integers(1, 3)),
        "threshold": draw(st.sampled_from(["product", "ratio"])),
        "sign": draw(st.sampled_from([-1, 1])),
        "heads": draw(st.integers(1, 3)),
    }


class Sweeps(Identity):
    r"""One to three sweeps of $S = \mathrm{soft}(K - L + Y/\mu, \tau)$, $K_2 = K - S \mp Y/\mu$,
    $L = \mathrm{softmax}(K_2K_2^\top/\sqrt D)V$, $Y \leftarrow Y + \mu(K - L - S)$ from $L = Y = 0$, with
    $\mu = NC/(4\|K\|_1)$ and $\tau$ either $\lambda\mu$ (published, with $-Y/\mu$) or $\lambda/\mu$: all entries of
    $L$, $S$ and $Y$ are those of ball arithmetic. For all $K \ne 0$, $V$, $\lambda \ge 0$, $C$.
    (It is what the other claims of B12 run. They look at row sums, averages or shares alone.)
    """

    label = "B12.sweeps"
    title = "The iteration, sweep by sweep, in every reading"
    source = f"{THEORY}; evaluated here"
    assumptions = ("at most four tokens in three dimensions, three sweeps",)
    uses = ("B12.clip",)
    examples = Identity.fewer(2)
    derivation = staticmethod(theory.iteration)

    def cases(self):
        return runs()

    def prediction(self, keys, values, penalty, sweeps, threshold, sign, heads, rule=theory.soft):
        state = theory.swept(keys, values, penalty, sweeps, heads=heads, name=threshold, sign=sign, rule=rule)
        parts = {"L": state.output, "S": state.sparse, "Y": state.dual}
        return {
            f"{name}[{i}, {j}]": number
            for name, part in parts.items()
            for i, row in enumerate(part)
            for j, number in enumerate(row)
        }

    def simulation(self, keys, values, penalty, sweeps, threshold, sign, heads):
        reading = numeric.Reading(threshold, sign, heads=heads)
        keys, values = np.array(keys), np.array(values)
        state = numeric.attention_pursuit(keys, values, penalty, sweeps, reading)
        error = numeric.sweep_rounding(keys, values, penalty, sweeps, reading)
        step = reading.multiplier(keys).item()
        found = {"L": (state.output, error), "S": (state.sparse, error), "Y": (state.dual, 2 * step * error)}
        return {name: Measured(part, bound) for name, (part, bound) in found.items()}

    def scale(self, keys, heads, **_):
        step = numeric.Reading(heads=heads).multiplier(np.array(keys)).item()
        names = self.prediction(keys, keys, 1, 1, "product", -1, heads)
        return {name: step if name[0] == "Y" else 1 for name in names}

    def mutants(self):
        def ruled(rule):
            return lambda **case: self.prediction(rule=rule, **case)

        return {
            "+Y/μ ↔ −Y/μ": changed(self.prediction, sign=lambda sign: -sign),
            "K2 = K − S": changed(self.prediction, sign=lambda sign: 0),
            "λμ ↔ λ/μ": changed(self.prediction, threshold={"product": "ratio", "ratio": "product"}.get),
            "hard threshold": ruled(lambda entry, level: entry if abs(entry) > level else 0 * entry),
            "S = 0": ruled(lambda entry, level: 0 * entry),
            "one sweep for all": changed(self.prediction, sweeps=lambda sweeps: 1),
            "C the width of one head": changed(self.prediction, heads=lambda heads: 1),
            "values taken for keys": lambda values, keys, **case: self.prediction(keys, keys, **case),
        }
