"""A3.3: stationary points and the minimum of the finite-prompt risk of the linear head."""

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from checks.harness.kinds import Identity
from checks.harness.mutants import shifted
from numerics import prompts
from numerics.curvature import hessians
from numerics.flows import distances_to_rest
from numerics.measured import EPS, Measured
from numerics.prompt_ensembles import finite, landscape, risk
from numerics.prompts import QUERIES
from numerics.rest_points import rest_points
from theory.attention_pca import finite_stationary, stationary_points

from .descent import lowest
from .draws import gapped_ratio, rotations, spectra
from .source import SOURCE

MOST_COORDINATES = 6  # d L: beyond, keys are rotated among themselves before cubature


def ensemble(matrix, length, query):
    """Return the prompts, by cubature over every token where these are few."""
    return finite(matrix, length, query, reduced=len(matrix) * length > MOST_COORDINATES)


class FiniteMinimum(Identity):
    r"""For every $L \ge 1$ and $0 \ne \Sigma \succeq 0$ the stationary points of the finite-prompt risk of the linear
    head are, modulo $\ker\Sigma$, $0$ and eigenvectors of $\Sigma$. At the eigenvalue $\lambda > 0$, for a fresh
    query: $\lVert\mu\rVert^2 = 1/D$ and $R_L = t - \lambda^2/D$ with $D = (1 + 1/L)\lambda + t/L$; for a self query:
    $\lVert\mu\rVert^2 = L N/(\lambda (L + 2) D)$ and $R_L = t - N^2/((L + 2)D)$ with $N = (L + 1)\lambda + t$,
    $D = (L + 3)\lambda + t$. Both decrease in $\lambda$, so that the global minimisers are the vectors of that norm in
    the top eigenspace: finite prompts change the norm, not the direction.
    """

    label = "A3.3"
    title = "Finite prompt, linear head: stationary points and minimum for every L"
    source = SOURCE
    assumptions = ("β = 1",)
    uses = ("A3.1", "A3.2")
    examples = Identity.fewer(4)  # each runs two flows
    derivation = staticmethod(finite_stationary.derivation)

    def cases(self):
        return st.fixed_dictionaries(
            {
                "spectrum": spectra(3, gapped_ratio),
                "length": st.one_of(st.integers(1, 6), st.sampled_from([16, 1024])),
                "query": st.sampled_from(QUERIES),
                "rotation": rotations,
            }
        )

    def prediction(self, spectrum, length, query, **_):
        minimum, squared_norm = finite_stationary.points(spectrum, length, query)[0]
        return {
            "lowest risk of the flows": minimum,
            "‖μ‖² there": squared_norm,
            "part of ‖μ‖² outside the top eigenspace": 0,
        }

    def simulation(self, spectrum, length, query, rotation):
        rng = np.random.default_rng(rotation)
        basis = prompts.rotation(rng, len(spectrum))
        matrix = prompts.covariance(spectrum, basis)
        outside = basis[:, np.array(spectrum) < spectrum[0]]
        return lowest(ensemble(matrix, length, query), rng, outside, sum(spectrum))

    def scale(self, spectrum, **_):
        return {
            "lowest risk of the flows": sum(spectrum),
            "‖μ‖² there": 1 / spectrum[0],
            "part of ‖μ‖² outside the top eigenspace": 1 / spectrum[0],
        }

    def mutants(self):
        def other(spectrum, length, query, **_):
            name = "fresh" if query == "self" else "self"
            return self.prediction(spectrum=spectrum, length=length, query=name)

        def last(spectrum, length, query, **_):
            value, norm = finite_stationary.points(spectrum, length, query)[-1]
            return {"lowest risk of the flows": value, "‖μ‖² there": norm}

        def infinite(spectrum, **_):
            value, norm = stationary_points.minimum(spectrum)
            return {"lowest risk of the flows": value, "‖μ‖² there": norm}

        return {
            "fresh and self exchanged": other,
            "v_d": last,
            "infinite prompt": infinite,
            "L + 1 in place of L": shifted(self.prediction, length=1),
            "half of it outside": lambda spectrum, length, query, **_: {
                "part of ‖μ‖² outside the top eigenspace": finite_stationary.points(spectrum, length, query)[0][1] / 2
            },
        }


class FiniteIndex(Identity):
    r"""For a simple positive spectrum the finite-prompt risk has exactly $2d + 1$ stationary points, $0$ and two along
    each $v_k$. With the coefficients of $R_L = t - 2(c_1a + c_2tb) + c_3ab + c_4tb^2$ its Hessian at those along $v_k$
    has the eigenvectors of $\Sigma$ and the eigenvalues $8\lambda_k(c_1\lambda_k + c_2t)$ along $v_k$ and
    $2\lambda_j(\lambda_k - \lambda_j)\,[c_1c_3\lambda_k + (2c_1c_4 - c_2c_3)\,t]/(c_3\lambda_k + c_4t)$ along $v_j$; at
    $0$ it is $-4(c_1\Sigma^2 + c_2t\Sigma)$. So the Morse index is $k - 1$, and no local minimum is spurious.
    """

    label = "A3.3.index"
    title = "Finite prompt, linear head: all stationary points, Hessian and Morse index"
    source = SOURCE
    assumptions = ("Σ ≻ 0", "β = 1")
    uses = ("A3.3",)
    derivation = staticmethod(finite_stationary.index_derivation)

    def cases(self):
        return [
            {"spectrum": spectrum, "length": length, "query": query, "seed": 5 * length}
            for spectrum, length in (([2.0], 1), ([2.0], 3), ([2.0, 1.0], 1), ([2.0, 1.0], 3), ([3.0, 2.0, 0.5], 2))
            for query in QUERIES
        ]

    def prediction(self, spectrum, length, query, **_):
        points = finite_stationary.points(spectrum, length, query)
        return {
            "stationary points": 2 * len(spectrum) + 1,
            "largest part across its eigenvector": 0,
            **{f"R_L along v_{k}": value for k, (value, _) in enumerate(points, start=1)},
            **{f"‖μ‖² along v_{k}": norm for k, (_, norm) in enumerate(points, start=1)},
            **{
                name(k, j): bend
                for k in range(len(spectrum) + 1)
                for j, bend in enumerate(finite_stationary.curvatures(spectrum, k, length, query), start=1)
            },
        }

    def simulation(self, spectrum, length, query, seed):
        d, rng = len(spectrum), np.random.default_rng(seed)
        basis = prompts.rotation(rng, d)
        drawn = ensemble(prompts.covariance(spectrum, basis), length, query)
        gradient = landscape(drawn).gradient
        found = rest_points(gradient, rng.standard_normal((200 * d, d)) / np.sqrt(sum(spectrum)))
        parts, across = found.points @ basis, [Measured(0.0, 0.0)]
        quantities = {"stationary points": Measured(len(parts), 0)}
        errors = distances_to_rest(gradient, found.points)
        for point, part, error in zip(found.points, parts, errors, strict=True):
            k = int(np.argmax(abs(part))) + 1 if np.linalg.norm(point) * sum(spectrum) ** 0.5 > EPS**0.5 else 0
            bends = basis.T @ hessians(gradient, point[None] * (k > 0))[0] @ basis
            off = bend_error(bends, error / np.linalg.norm(point) if k else 0.0)
            quantities |= {name(k, j): Measured(bends[j - 1, j - 1], off) for j in range(1, d + 1)}
            if k:
                value = risk(drawn, point)
                quantities[f"R_L along v_{k}"] = Measured(value.value, value.error + abs(bends).max() * error**2)
                quantities[f"‖μ‖² along v_{k}"] = Measured(point @ point, 3 * np.linalg.norm(point) * error)
                across.append(Measured(np.delete(abs(part), k - 1).max(initial=0.0), error))
        return {**quantities, "largest part across its eigenvector": max(across, key=lambda m: m.value)}

    def scale(self, spectrum, **case):
        units = {"‖μ‖²": 1 / spectrum[0], "∂²R": spectrum[0] * sum(spectrum)}
        return {
            quantity: next((unit for mark, unit in units.items() if mark in quantity), sum(spectrum))
            for quantity in self.prediction(spectrum=spectrum, **case)
        }

    def mutants(self):
        return wrong_points(self.prediction)


def name(k, j):
    """Return the name of a curvature."""
    return f"∂²R along v_{j} at v_{k}" if k else f"∂²R along v_{j} at 0"


def bend_error(bends, distance):
    """Bound the error of a Hessian found by differences at a relative ``distance`` from the rest point."""
    # steps of 1/1024 lose ten binary digits, and the rounding of a gradient of few terms is a few more
    return float(np.linalg.norm(bends) * (2**16 * EPS + 16 * distance))


def wrong_points(right):
    """Return wrong accounts of the stationary points."""

    def only(mark, wrong):
        return lambda **case: {key: wrong(value) for key, value in right(**case).items() if mark in key}

    return {
        "mixtures of eigenvectors too": lambda spectrum, **_: {"stationary points": 3 ** len(spectrum)},
        "one sign only": lambda spectrum, **_: {"stationary points": len(spectrum) + 1},
        "sign of the Hessian": only("∂²R", lambda bend: -bend),
        "half the Hessian": only("∂²R", lambda bend: bend * Fraction(1, 2)),
        "L + 1 in place of L": shifted(right, length=1),
    }
