"""A5.8: every prompt's own minimum at once, where there are at least as many dimensions as tokens."""

from fractions import Fraction

import numpy as np
from flint import arb
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from numerics.memorisation import (
    descended_risk,
    distinct,
    mean_risk,
    memorising_points,
    outside_own_component,
    token_covariances,
)
from theory.attention_pca import memorisation
from theory.attention_pca.prompt_data import covariances, mean_trace, top_eigenvalue

from .source import SOURCE

STARTS = 8
"""Of flows, in each case: that they all end at one risk is the evidence that there is no other local minimum."""

entries = st.integers(-16, 16).map(lambda k: k / 8)


def apart(prompts):
    """Tell whether the tokens are far from dependent and each prompt's top eigenvalue far from the next."""
    X = np.array(prompts)
    singular = np.linalg.svd(X.reshape(-1, X.shape[2]), compute_uv=False)
    values = np.linalg.svd(X, compute_uv=False) ** 2
    return singular[-1] > singular[0] / 8 and (X.shape[1] == 1 or bool((values[:, 1] < 0.8 * values[:, 0]).all()))


@st.composite
def few_tokens(draw):
    """Draw P prompts of n tokens with nP ≤ d ≤ 7, and a seed for the start of a flow."""
    count, n = draw(st.sampled_from([(1, 1), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2)]))
    d = draw(st.integers(count * n, 7))
    token = st.lists(entries, min_size=d, max_size=d)
    prompt = st.lists(token, min_size=n, max_size=n)
    return {
        "prompts": draw(st.lists(prompt, min_size=count, max_size=count).filter(apart)),
        "start": draw(st.integers(0, 99)),
    }


def second_taken(prompts, **_):
    """Return the risks if the first prompt's second eigenvector, or nothing, were in the place of its first."""
    values = np.linalg.eigvalsh(token_covariances(prompts))
    lost = (values[0, -1] - (values[0, -2] if len(prompts[0]) > 1 else 0)) / len(prompts)
    least = memorisation.minimum(prompts) + float(lost)
    return {"highest risk of the 2^P points": least, "lowest risk of the 2^P points": least}


def mean_component(prompts, **_):
    """Return the part that would be beside the own component if μ were the mean of all prompts' top eigenvectors."""
    mean = np.linalg.eigh(token_covariances(prompts))[1][:, :, -1].mean(axis=0)
    return {"part of the outputs beside the own component": Fraction(outside_own_component(mean, prompts).value)}


class Memorisation(Identity):
    r"""For all prompts $X_1, \dots, X_P$ of $n$ tokens, $nP \le d$, all tokens linearly independent, $\Sigma_p =
    X_pX_p^\top/n$: the mean of the infinite-prompt risks has the minimum $\frac1P\sum_p(t_p -
    \lambda_{\max}(\Sigma_p))$. It is attained where $X_p^\top\mu/\sqrt n$ is, for every $p$, a unit top eigenvector of
    $X_p^\top X_p/n$, of either sign: the head's output is every prompt's own principal component. There is no other
    local minimum. If all $\lambda_{\max}(\Sigma_p)$ are simple, these are $2^P$ points, up to what no prompt sees: the
    $\nu$ with $X_p^\top\nu = 0$ for all $p$. (Observed: so many are there, and eight flows from random starts all
    end at that risk.)
    """

    label = "A5.8"
    title = "Memorisation: every prompt's own PCA"
    source = f"{SOURCE}; derived here"
    assumptions = ("infinite prompts with the covariances Σ_p", "nP ≤ d", "independent tokens")
    uses = ("A1.2", "A1.4", "A1.5.index")
    examples = Identity.fewer(5)  # each runs eight flows
    derivation = staticmethod(memorisation.derivation)

    def cases(self):
        return few_tokens()

    def prediction(self, prompts, **_):
        least = memorisation.minimum(prompts)
        found = {
            "highest risk where flows end": least,
            "number of distinct points": 2 ** len(prompts),
            "highest risk of the 2^P points": least,
            "lowest risk of the 2^P points": least,
            "part of the outputs beside the own component": 0,
        }
        return found | ({"part if one prompt's second component is taken": 1} if len(prompts[0]) > 1 else {})

    def simulation(self, prompts, start):
        points = memorising_points(prompts)
        risks = sorted((mean_risk(point, prompts) for point in points), key=lambda risk: risk.value)
        parts = [outside_own_component(point, prompts) for point in points]
        found = {
            "highest risk where flows end": descended_risk(np.random.default_rng(start), prompts, STARTS),
            "number of distinct points": distinct(points, prompts),
            "highest risk of the 2^P points": risks[-1],
            "lowest risk of the 2^P points": risks[0],
            "part of the outputs beside the own component": max(parts, key=lambda part: part.value),
        }
        if len(prompts[0]) > 1:
            seconds = memorising_points(prompts, first=2)
            found["part if one prompt's second component is taken"] = outside_own_component(seconds[0], prompts)
        return found

    def scale(self, prompts, **_):
        size = float(mean_trace(prompts))
        return {name: 1 if name.startswith(("part", "number")) else size for name in self.prediction(prompts)}

    def mutants(self):
        def with_tops(wrong):
            return lambda prompts, **_: {
                "highest risk where flows end": arb(float(mean_trace(prompts))) - wrong(covariances(prompts))
            }

        def mean(values):
            return sum(values[1:], values[0]) / len(values)

        return {
            "one prompt's second component taken": second_taken,
            "μ the mean of the prompts' components": mean_component,
            "one point and its opposite": lambda prompts, **_: {"number of distinct points": 2},
            "one point": lambda prompts, **_: {"number of distinct points": 1},
            "the second component counts as the own": lambda **case: {
                name: 0 if name.startswith("part") else value for name, value in self.prediction(**case).items()
            },
            "the largest of the λ_max": with_tops(
                lambda S: max(map(top_eigenvalue, S), key=lambda top: float(top.mid()))
            ),
            "λ_max of the mean covariance": with_tops(lambda S: top_eigenvalue(mean(S))),
            "one prompt memorised": with_tops(lambda S: top_eigenvalue(S[0]) / len(S)),
            "everything captured": with_tops(
                lambda S: arb(float(sum(M[i, i] for M in S for i in range(M.nrows())) / len(S)))
            ),
        }
