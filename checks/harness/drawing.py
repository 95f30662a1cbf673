"""Drawing cases with Hypothesis, so that a run is repeated by its seed alone."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import UnsatisfiedAssumption
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.strategies import SearchStrategy

from .seeds import as_json
from .verdict import ClaimError


class PlainProvider(HypothesisProvider):
    """Hypothesis without the constants that it collects from imported modules, which change with every new file."""

    def _maybe_draw_constant(self, *_: Any, **__: Any) -> None:
        return None


AVAILABLE_PROVIDERS["checks-plain"] = f"{__name__}.{PlainProvider.__name__}"


def drawn(strategy: SearchStrategy[Any], *, root: int, examples: int) -> list[Any]:
    """Return the cases that ``search`` looks at while it finds none, each once, in their order."""
    cases: dict[str, Any] = {}
    search(strategy, lambda case: cases.setdefault(as_json(case), case) is None, root=root, examples=examples)
    return list(cases.values())


class _Found(Exception):  # noqa: N818 - not an error: it is what is looked for
    """A counterexample; private, so that nothing a claim raises is taken for one."""


def search(
    strategy: SearchStrategy[Any], is_counterexample: Callable[[Any], bool], *, root: int, examples: int
) -> bool:
    """Draw cases until one is a counterexample, then look for a simplest, which is tried last; tell if there is one.

    ``ClaimError`` if a case is withdrawn by ``assume`` while it is judged: that would hide counterexamples.
    """

    # A local function: Hypothesis refuses methods that are run from several places.
    @seed(root)
    @settings(
        backend="checks-plain",
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=False,  # the seed above decides
        print_blob=False,
    )
    @given(strategy)
    def compare(case: Any) -> None:
        try:
            found = is_counterexample(case)
        except UnsatisfiedAssumption:
            raise ClaimError("assume() belongs to cases(): in a simulation it would hide counterexamples") from None
        if found:
            raise _Found

    try:
        compare()
    except _Found:
        return True
    return False
