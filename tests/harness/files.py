"""Files of claims, as users write them, and the report of a run on them."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from checks.harness.registry import CHECKS

SCHEMA = json.loads((CHECKS.parent / "docs/verdicts.schema.json").read_text("utf-8"))

CLAIM = '''
from checks.harness.kinds import Identity
from collections import namedtuple

Measured = namedtuple("Measured", "value error")


class Square(Identity):
    """The square of $x$ is $x^2$."""

    label = "T1"
    title = "Square"
    source = "none"

    def cases(self):
        return [{{"x": 2}}, {{"x": 3}}]

    def prediction(self, x):
        return {theory}

    def simulation(self, x):
        return {simulation}

    def mutants(self):
        return {{"cube": lambda x: x**3}}
'''


MEAN = '''

from checks.harness.kinds import Mean


class Centre(Mean):
    """The mean of $N(m, 1)$ is $m$."""

    label = "T9"
    title = "Centre"
    source = "none"
    resolution = 0.2

    def cases(self):
        return [{"m": 1}, {"m": 2}]

    def prediction(self, m):
        return m

    def simulation(self, rng, n, m):
        return m + rng.standard_normal(n)

    def mutants(self):
        return {"twice": lambda m: 2 * m}
'''


def verdicts(pytester: pytest.Pytester) -> dict[str, Any]:
    """Return the claims of the report by label, the report checked against its schema."""
    found = json.loads((pytester.path / "out/verdicts.json").read_text("utf-8"))
    Draft202012Validator(SCHEMA).validate(found)
    return {claim["label"]: claim for claim in found["claims"]}
