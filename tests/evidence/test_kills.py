"""A killed run loses what was in flight and nothing else."""

import random
import sys

import pytest

from checks.evidence.kills import Killer

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the workers in /proc")


@pytest.fixture(scope="module")
def killer(tmp_path_factory):
    return Killer(tmp_path_factory.mktemp("kills"))


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("who", ["worker", "main"])
def test_after_a_kill_the_next_run_ends_with_the_same_verdicts(killer, who, number):
    kill = killer.kill(who, number, random.Random(f"{who} {number}"))
    assert kill.survived, kill
