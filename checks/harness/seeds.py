"""Random generators keyed by claim, case and block, so that results depend on neither order nor selection."""

import hashlib
import json
from argparse import ArgumentTypeError
from dataclasses import dataclass
from typing import Any

import numpy as np

from .verdict import ClaimError

RELEASED = 260518315
"""The root of ``--seeds released``."""


@dataclass(frozen=True)
class Seeds:
    """The root of all seeds of a run; ``--seeds ROOT`` repeats it."""

    mode: str
    root: int

    @classmethod
    def parse(cls, text: str) -> "Seeds":
        """Read ``released``, ``fresh`` (from the operating system) or a non-negative integer."""
        if text == "released":
            return cls(text, RELEASED)
        if text == "fresh":
            return cls(text, int(np.random.SeedSequence().generate_state(1, np.uint64)[0]))
        if text.isascii() and text.isdigit():
            return cls("fixed", int(text))
        raise ArgumentTypeError(f"seeds are 'released', 'fresh' or a non-negative integer, not {text!r}")

    def case(self, label: str, params: dict[str, Any]) -> int:
        """Return the 128-bit seed of a case; params of the same JSON text have the same seed."""
        text = f"{self.root} {label} {as_json(params)}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16])


def as_json(params: dict[str, Any] | list[Any]) -> str:
    """Return the parameters of a case as JSON text; ``ClaimError`` if they are not JSON values."""
    try:
        return json.dumps(params, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ClaimError(f"a case must be a dictionary of JSON values: {error}") from None


def generator(case_seed: int, block: int) -> np.random.Generator:
    """Return the generator of a block of replicates of a case."""
    return np.random.default_rng(np.random.SeedSequence(case_seed, spawn_key=(block,)))
