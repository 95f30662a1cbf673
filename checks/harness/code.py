"""The source code of a claim, for its report: its methods, and the functions of the project that they call."""

import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from .claim import Claim, location
from .registry import CHECKS

_SHOWN = ("cases", "prediction", "simulation", "exactly", "bias", "drift", "scale", "mutants")
_CALLED = ("prediction", "simulation", "exactly", "bias")
_HARNESS = CHECKS / "harness"


def code(claim: type[Claim]) -> list[dict[str, str]]:
    """Return name, place and source of the methods that a claim defines, and of the project's functions they call."""
    own = {name: _function(vars(claim)[name]) for name in _SHOWN if name in vars(claim)}
    methods = {name: function for name, function in own.items() if function is not None}
    called = {f.__qualname__: f for name in _CALLED if name in methods for f in _called(methods[name])}
    named = {**methods, **{f"{f.__module__}.{name}": f for name, f in called.items() if f not in methods.values()}}
    return [
        {"name": name, "where": location(function), "source": source}
        for name, function in named.items()
        if (source := _source(function))
    ]


def _function(attribute: Any) -> FunctionType | None:
    found = inspect.unwrap(getattr(attribute, "__func__", attribute))
    return found if isinstance(found, FunctionType) else None


def _source(function: FunctionType) -> str:
    try:
        return textwrap.dedent(inspect.getsource(function)).strip("\n")
    except (OSError, TypeError):  # made at run time: there is no file to show
        return ""


def _called(function: FunctionType) -> Iterator[FunctionType]:
    """Yield the functions of the claim's project, the harness aside, that a function names, one level deep."""
    names = set(_names(function.__code__))
    for name in sorted(names):
        thing = function.__globals__.get(name)
        things = [getattr(thing, part, None) for part in sorted(names)] if inspect.ismodule(thing) else [thing]
        for one in things:
            found = _function(one)
            if found is not None and _is_of_the_project(found):
                yield found


def _is_of_the_project(function: FunctionType) -> bool:
    path = Path(function.__code__.co_filename).resolve()
    return (
        path.is_relative_to(CHECKS.parent) and not path.is_relative_to(_HARNESS) and "site-packages" not in path.parts
    )


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
