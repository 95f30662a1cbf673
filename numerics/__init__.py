"""Witness 2: simulations from the model's definition, arranged by simulator.

Tokens are drawn, the layer is applied, losses are averaged; no formula of the theory is used. See docs/notation.md for
what both witnesses obey. The random generator is always the first argument.
"""
