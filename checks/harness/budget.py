"""The two budgets of the suite, fixed in advance so that adding or selecting claims changes no other row."""

ALPHA = 1e-5
"""False-alarm probability of one statistical case."""

MISS = 1e-4
"""Probability that a case of a true claim is not decisive (its power is one minus this)."""

SLOTS = 200
"""Statistical cases that the suite may hold; its false-alarm probability is at most SLOTS × ALPHA."""
