"""What a claim is: one final class that states, derives, predicts, simulates and names its own mistakes."""

import inspect
import re
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from hypothesis.strategies import SearchStrategy

from .ball import Ball, by_quantity
from .blocks import Work
from .seeds import Seeds
from .verdict import Derivation, Interval, Observed, Survival

TIERS = ("quick", "full", "deep")

Params = dict[str, Any]
Prediction = Callable[..., Any]


@dataclass(frozen=True)
class Run:
    """What a run of the checks fixes for all its claims."""

    tier: str
    seeds: Seeds


@dataclass(frozen=True)
class Row:
    """One comparison of theory and simulation, with everything that its verdict was computed from."""

    params: Params
    quantity: str
    theory: Ball
    simulation: float
    interval: Interval
    interval_kind: str
    bias: float
    delta: float
    scale: float
    detectable: float
    verdict: Observed
    numerical_error: float = 0.0
    n: int | None = None
    m2: float | None = None
    alpha: float = 0.0
    seed: str | None = None
    side: str = ""
    looks: int | None = None
    points: tuple[tuple[float, float, float], ...] = ()
    """What an extrapolation starts from: size, simulated number and half-width."""
    finite_size: str = "taken as exact at finite size"
    undecided: str = ""


@dataclass(frozen=True)
class Mutant:
    """A wrong prediction, its largest distance from the right one, and what became of it."""

    name: str
    shift: float
    verdict: Survival


@dataclass(frozen=True)
class Observation:
    """All comparisons of a claim, the mutants judged by the same data, the verdict with its reason, and a witness.

    The ``witness`` is a counterexample in exact arithmetic, where the claim can say ``exactly``.
    """

    rows: tuple[Row, ...]
    mutants: tuple[Mutant, ...]
    verdict: Observed
    reason: str
    witness: str = ""


class Claim(ABC):
    """A claim of the theory. Subclass a kind (``checks.harness.kinds``), never this class, and never a claim.

    The docstring is the statement. Cases are dictionaries of JSON values, and ``prediction``, ``simulation``, ``bias``,
    ``scale`` and every mutant take their entries as keyword arguments.
    """

    label: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str]
    assumptions: ClassVar[tuple[str, ...]] = ()
    uses: ClassVar[tuple[str, ...]] = ()
    refutation: ClassVar[str] = ""
    """Where a refutation of this claim is recorded, and why: then the run fails unless it is refuted."""

    def __init_subclass__(cls) -> None:
        """Keep claims final, a class is a kind or a claim, and keep one from taking the place of another unnoticed."""
        before = getattr(sys.modules.get(cls.__module__), cls.__qualname__, None)
        if isinstance(before, type) and issubclass(before, Claim) and before.__module__ == cls.__module__:
            raise TypeError(f"{cls.__module__} has two claims of the name {cls.__qualname__}: the first would be lost")
        for base in cls.__bases__:
            if "label" in vars(base):
                raise TypeError(f"{base.__name__} is a claim and cannot be subclassed by {cls.__name__}")

    def derivation(self) -> Derivation | None:
        """Return the derivation made by the theory, or None."""
        return None

    @abstractmethod
    def cases(self) -> Iterable[Params] | SearchStrategy[Params]:
        """Return the cases, or a Hypothesis strategy that draws them where the kind allows it."""

    @abstractmethod
    def prediction(self, *_: Any, **case: Any) -> Any:
        """Return the theory's number: an int, Fraction, arb or Ball, or a sequence or mapping of them."""

    @abstractmethod
    def mutants(self) -> Mapping[str, Prediction]:
        """Return wrong predictions by name: at least two, among them the mistake you would have made yourself."""

    @abstractmethod
    def observe(self, run: Run) -> Work[Observation]:
        """Ask for the simulations, block by block, and compare; written once, by the kind."""

    def exactly(self, *_: Any, **case: Any) -> Any:
        """Return, exactly, what is compared, None where no hypothesis holds: a counterexample has to stand by it."""
        return None

    def scale(self, *_: Any, **case: Any) -> float | Mapping[str, float] | None:
        """Return the natural unit of the prediction, or of each quantity; None for the largest absolute value."""
        return None

    def quantities(self, prediction: Any) -> dict[str, Any]:
        """Return a prediction, also a mutant's, by the names of its quantities."""
        return by_quantity(prediction)

    @classmethod
    def own_problems(cls) -> list[str]:
        """Return what a kind misses in a claim, a sentence each."""
        return []

    @classmethod
    def title_or_name(cls) -> str:
        """Return the title, or the class's name where the title is missing."""
        return getattr(cls, "title", "") or cls.__name__

    @classmethod
    def used(cls) -> tuple[str, ...]:
        """Return the labels it uses; none where they are not well formed, which ``problems`` says."""
        return cls.uses if isinstance(cls.uses, tuple) else ()

    @classmethod
    def where(cls) -> str:
        """Return the file, relative to the working directory where possible, and the line of the claim."""
        return location(cls)

    @classmethod
    def derived_where(cls) -> str | None:
        """Return file and line of the derivation, None if there is none."""
        return None if cls.derivation is Claim.derivation else location(cls.derivation)

    @classmethod
    def identifier(cls) -> str:
        """Return the module below checks.claims and the class."""
        return f"{cls.__module__.removeprefix('checks.claims.')}.{cls.__name__}"


def location(thing: Any) -> str:
    """Return the file, relative to the working directory where possible, and the line of a class or function."""
    path = Path(inspect.getfile(thing)).resolve()
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return f"{path}:{inspect.getsourcelines(thing)[1]}"


def problems(cls: type[Claim]) -> list[str]:
    """Return what keeps a class from being a well-formed claim, a sentence each."""
    if missing := sorted(cls.__abstractmethods__):
        return [f"{name}() is missing" for name in missing]
    found = [f"{name} is missing" for name in ("label", "title", "source") if not getattr(cls, name, "")]
    found += [
        f"{name} must be text"
        for name in ("label", "title", "source", "refutation")
        if not isinstance(getattr(cls, name, ""), str)
    ]
    found += [
        f"{name} must be a tuple of texts"
        for name in ("assumptions", "uses")
        if not (isinstance(texts := getattr(cls, name), tuple) and all(isinstance(text, str) for text in texts))
    ]
    if not (cls.__doc__ or "").strip():
        found.append("the docstring, which is the statement, is missing")
    if re.match(r"[A-D]\d", str(getattr(cls, "label", ""))) and not cls.__module__.startswith("checks.claims."):
        found.append(f"the label {cls.label} belongs to the project's ledger; choose another family")
    label = getattr(cls, "label", "")
    if label and isinstance(label, str) and not re.fullmatch(r"[A-Za-z]\w*(\.\w+)*", label):
        found.append(f"the label {label!r} must be words joined by dots, as A1.2.linear is")
    if "observe" in vars(cls):
        found.append("observe() belongs to the kind: verdicts are computed, never typed")
    found += cls.own_problems()
    if not found and not cls().mutants():
        found.append("no mutant: a check must be shown to be able to fail")
    return found
