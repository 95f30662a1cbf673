"""Which functions of the project a method of a claim names, and where they are."""

import inspect
from collections.abc import Callable, Iterator
from types import CodeType, ModuleType
from typing import Any

from ..harness.claim import location
from ..harness.registry import CHECKS


def behind(method: Callable[..., Any] | None) -> list[str]:
    """Return "module.function (file:line)" for functions outside the claim's file that ``method`` names.

    By the names in its code alone, so what is called through other objects is not seen.
    """
    function = method and inspect.unwrap(method)
    if not inspect.isfunction(function):
        return []
    names = set(_names(function.__code__))
    found = [
        candidate
        for name in names
        for candidate in _candidates(function.__globals__.get(name), names)
        if _is_of_the_project(candidate) and candidate.__module__ != function.__module__
    ]
    return sorted({f"{one.__module__}.{one.__qualname__} ({location(one)})" for one in found})


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _candidates(value: Any, names: set[str]) -> list[Any]:
    """Return a function itself, and of a module the functions whose names stand in the code."""
    if isinstance(value, ModuleType):
        value = [getattr(value, name) for name in names if hasattr(value, name)]
    else:
        value = [value]
    return [one for one in value if inspect.isfunction(one)]


def _is_of_the_project(function: Any) -> bool:
    """Tell whether it is of a witness, and not of a library or of the harness."""
    file = inspect.getsourcefile(function) or ""
    top = function.__module__.partition(".")[0]
    return file.startswith(str(CHECKS.parent)) and top in ("theory", "numerics")
