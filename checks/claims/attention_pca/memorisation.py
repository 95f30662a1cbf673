"""A5.8: every prompt's own minimum at once, where there are at least as many dimensions as tokens."""

import numpy as np
from flint import arb
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from numerics.memorisation import descended_risk, mean_risk, memorising_points, outside_own_component
from theory.attention_pca import memorisation
from theory.attention_pca.prompt_data import covariances, mean_trace, top_eigenvalue

from .source import SOURCE

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


class Memorisation(Identity):
    r"""For all prompts $X_1, \dots, X_P$ of $n$ tokens, $nP \le d$, all tokens linearly independent, $\Sigma_p =
    X_pX_p^\top/n$: the mean of the infinite-prompt risks has the minimum $\frac1P\sum_p(t_p -
    \lambda_{\max}(\Sigma_p))$. It is attained where $X_p^\top\mu/\sqrt n$ is, for every $p$, a unit top eigenvector of
    $X_p^\top X_p/n$, of either sign: the head's output is every prompt's own principal component. There is no other
    local minimum.
    """

    label = "A5.8"
    title = "Memorisation: every prompt's own PCA"
    source = f"{SOURCE}; derived here"
    assumptions = ("infinite prompts with the covariances Σ_p", "nP ≤ d", "independent tokens")
    uses = ("A1.2", "A1.4", "A1.5.index", "D2.2")
    examples = Identity.fewer(4)  # each runs a flow
    derivation = staticmethod(memorisation.derivation)

    def cases(self):
        return few_tokens()

    def prediction(self, prompts, **_):
        least = memorisation.minimum(prompts)
        return {
            "risk where a flow ends": least,
            "highest risk of the 2^P points": least,
            "lowest risk of the 2^P points": least,
            "part of the outputs beside the own component": 0,
        }

    def simulation(self, prompts, start):
        points = memorising_points(prompts)
        risks = sorted((mean_risk(point, prompts) for point in points), key=lambda risk: risk.value)
        parts = [outside_own_component(point, prompts) for point in points]
        return {
            "risk where a flow ends": descended_risk(np.random.default_rng(start), prompts),
            "highest risk of the 2^P points": risks[-1],
            "lowest risk of the 2^P points": risks[0],
            "part of the outputs beside the own component": max(parts, key=lambda part: part.value),
        }

    def scale(self, prompts, **_):
        size = float(mean_trace(prompts))
        return {name: 1 if name.startswith("part") else size for name in self.prediction(prompts)}

    def mutants(self):
        def with_tops(wrong):
            return lambda prompts, **_: {
                "risk where a flow ends": arb(float(mean_trace(prompts))) - wrong(covariances(prompts))
            }

        def mean(values):
            return sum(values[1:], values[0]) / len(values)

        return {
            "the largest of the λ_max": with_tops(
                lambda S: max(map(top_eigenvalue, S), key=lambda top: float(top.mid()))
            ),
            "λ_max of the mean covariance": with_tops(lambda S: top_eigenvalue(mean(S))),
            "one prompt memorised": with_tops(lambda S: top_eigenvalue(S[0]) / len(S)),
            "everything captured": with_tops(
                lambda S: arb(float(sum(M[i, i] for M in S for i in range(M.nrows())) / len(S)))
            ),
        }
