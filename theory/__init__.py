"""Witness 1: derivations and predictions, arranged by theorem.

Nothing here draws a random number or imports the simulations; see docs/notation.md for what both witnesses obey.
"""
