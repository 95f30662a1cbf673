"""Elementary functions of symbols at balls: the prediction is the very expression that was derived."""

from collections.abc import Mapping
from typing import Any

from flint import arb
from sympy import Add, Expr, Mul, Pow, Rational, cosh, exp, sinh

_FUNCTIONS = {exp: "exp", cosh: "cosh", sinh: "sinh"}


def enclosure(expression: Expr, values: Mapping[Expr, Any]) -> Any:
    """Return a ball that contains ``expression`` where its symbols lie in the balls ``values``, ``arb`` or ``acb``.

    The expression may hold rational numbers, sums, products, rational powers, exp, cosh and sinh. Errors:
    ``ValueError`` for anything else, as a symbol without a value or a rounded number. Worked value: exp(x)/2 at x = 0
    is 1/2.
    """
    if expression in values:
        return values[expression]
    if isinstance(expression, Rational):
        return arb(int(expression.p)) / int(expression.q)
    if isinstance(expression, Add):
        return sum((enclosure(term, values) for term in expression.args), arb(0))
    if isinstance(expression, Mul):
        product = arb(1)
        for factor in expression.args:
            product = product * enclosure(factor, values)
        return product
    if isinstance(expression, Pow) and isinstance(expression.exp, Rational):
        base, power = enclosure(expression.base, values), expression.exp
        return base ** int(power) if power.is_Integer else base ** (arb(int(power.p)) / int(power.q))
    if expression.func in _FUNCTIONS:
        return getattr(enclosure(expression.args[0], values), _FUNCTIONS[expression.func])()
    raise ValueError(f"no value for {expression}: rational numbers, +, ×, powers, exp, cosh, sinh of known symbols")
