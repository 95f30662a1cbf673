"""Under which assumptions each claim holds, and which assumptions no check goes beyond."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .words import Values, checked


@dataclass(frozen=True)
class Assumption:
    """An assumption, the claims that state it, those that inherit it, and supported ones of the theory without it."""

    text: str
    stated: tuple[str, ...]
    inherited: tuple[str, ...]
    beyond: tuple[str, ...]

    def mark(self, label: str) -> str:
        """Return "stated", "inherited" or nothing for a claim."""
        return "stated" if label in self.stated else "inherited" if label in self.inherited else ""


def coverage(claims: Sequence[dict[str, Any]]) -> list[Assumption]:
    """Return the assumptions of the checked claims in the order in which they are first stated."""
    found = [claim for claim in claims if checked(claim)]
    texts = dict.fromkeys(text for claim in found for text in (*claim["own_assumptions"], *claim["assumptions"]))
    return [_assumption(text, found) for text in texts]


def _assumption(text: str, claims: Sequence[Values]) -> Assumption:
    stated = tuple(claim["label"] for claim in claims if text in claim["own_assumptions"])
    holding = [claim["label"] for claim in claims if text in claim["assumptions"]]
    inherited = tuple(label for label in holding if label not in stated)
    families = {label[0] for label in holding}
    without = [c for c in claims if c["label"][0] in families and text not in c["assumptions"]]
    beyond = [c["label"] for c in without if c["observation"]["verdict"] == "supported"]  # a refutation reaches nowhere
    return Assumption(text, stated, inherited, tuple(beyond))
