"""A small verdicts.json, as a dictionary: one claim that is checked, one that is not."""

import copy
from typing import Any

STEPS = [
    {"kind": "definition", "statement": "Write s for x².", "left": None, "right": None, "residual": None},
    {
        "kind": "exact",
        "statement": "(x + 1)² − 1 = s + 2x",
        "left": "(x + 1)**2 - 1",
        "right": "x**2 + 2*x",
        "residual": "0",
    },
    {"kind": "argument", "statement": "A square is never < 0 & so on.", "left": None, "right": None, "residual": None},
]

DERIVATION = {
    "verdict": "proved",
    "words": "proved (1 argument step)",
    "reason": "",
    "where": "theory/squares.py:3",
    "result": "x² ≥ 0",
    "arguments": 1,
    "inherited_arguments": 0,
    "steps": STEPS,
}

ROW = {
    "params": {"x": 2},
    "quantity": "",
    "theory": 4.0,
    "theory_radius": 0.0,
    "simulation": 4.0,
    "n": None,
    "mean": None,
    "m2": None,
    "interval": [3.999999, 4.000001],
    "interval_kind": "numerical error bound",
    "numerical_error": 1e-6,
    "delta": 4e-6,
    "scale": 4.0,
    "detectable": 2e-6,
    "alpha": 0.0,
    "bias": 0.0,
    "side": "",
    "looks": None,
    "points": [],
    "finite_size": "exact at finite size",
    "seed": None,
    "verdict": "supported",
}

CLAIM = {
    "label": "T1",
    "id": "squares.Square",
    "where": "checks/claims/squares.py:7",
    "title": "Square",
    "statement": "The square of $x$ is $x^2$, if $|x| < 9$ & more.",
    "kind": "Identity",
    "source": "arXiv:0000.00000",
    "refutation": "",
    "assumptions": ["x real", "0 < |x| & so on"],
    "own_assumptions": ["x real"],
    "uses": ["T0"],
    "derivation": DERIVATION,
    "observation": {
        "verdict": "supported",
        "words": "supported",
        "reason": "1 case, D/scale up to 5e-07",
        "witness": "",
        "needs": "",
    },
    "cases": [ROW],
    "mutants": [
        {"name": "cube | <b>", "shift": 4.0, "verdict": "refuted"},
        {"name": "the same", "shift": 0.0, "verdict": "unresolved"},
    ],
    "settings": {"resolution": 1e-6, "examples": 100},
    "code": [
        {
            "name": "prediction",
            "where": "checks/claims/squares.py:20",
            "source": "def prediction(self, x):\n    return x * x",
        },
        {
            "name": "simulation",
            "where": "checks/claims/squares.py:23",
            "source": "def simulation(self, x):\n    return x <= 2",
        },
    ],
    "reproduce": "pytest checks/claims/squares.py --label T1 --tier quick --seeds 260518315",
    "seconds": 0.25,
}

UNCHECKED = {
    "label": "T2",
    "id": None,
    "where": None,
    "title": "Cubes | <of> reals",
    "statement": None,
    "kind": None,
    "source": None,
    "refutation": "",
    "assumptions": [],
    "own_assumptions": [],
    "uses": [],
    "derivation": {
        **{"verdict": "none", "words": "none", "reason": "", "where": None},
        **{"result": "", "arguments": 0, "inherited_arguments": 0, "steps": []},
    },
    "observation": {
        "verdict": "not_checked",
        "words": "not_checked",
        "reason": "not built yet",
        "witness": "",
        "needs": "a sampler",
    },
    "cases": [],
    "mutants": [],
    "settings": {},
    "code": [],
    "reproduce": None,
    "seconds": 0.0,
}

HEAD = {
    "schema_version": 3,
    "commit": "0123456789abcdef0123456789abcdef01234567",
    "tier": "quick",
    "seeds": {"mode": "released", "root": 260518315},
    "alpha": {"per_case": 1e-5, "miss_per_case": 1e-4, "slots": 200, "spent": 2, "nominal": 1},
    "environment": {"python": "3.11.7", "numpy": None},
}


def row(**changes: Any) -> dict[str, Any]:
    """Return a comparison, changed."""
    return {**copy.deepcopy(ROW), **changes}


def claim(**changes: Any) -> dict[str, Any]:
    """Return a checked claim, changed."""
    return {**copy.deepcopy(CLAIM), **changes}


def verdicts(*claims: dict[str, Any]) -> dict[str, Any]:
    """Return a whole verdicts.json; of one checked and one unchecked row if no claims are given."""
    return {**copy.deepcopy(HEAD), "claims": list(claims) or [claim(), copy.deepcopy(UNCHECKED)]}
