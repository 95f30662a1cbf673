"""Numbers with as many digits as their uncertainty allows."""

import math

_LARGEST = 16  # decimals that a float can have meaning in


def with_half(value: float, half: float) -> str:
    """Write a number with the half-width of its interval, two digits of it rounded up, in parentheses.

    Worked value: 0.27314 ± 0.00113 is "0.2731(12)"; an exact number has no parentheses.
    """
    number, last, exponent = _parts(value, half)
    return f"{number}({last}){exponent}" if half else f"{number}{exponent}"


def rounded(value: float, half: float) -> str:
    """Write a number to the digits that an uncertainty of ``half`` leaves meaning in: 0.27314 ± 0.0011 is "0.2731"."""
    number, _, exponent = _parts(value, half)
    return f"{number}{exponent}"


def short(value: float) -> str:
    """Write a number by two significant digits, as a size: "0.011", "9.6e-09"."""
    return f"{value:.2g}"


def _parts(value: float, half: float) -> tuple[str, str, str]:
    """Return the number, the last digits' uncertainty, and the power of ten as "e-05" or nothing."""
    if not (math.isfinite(value) and math.isfinite(half)) or half <= 0:
        return f"{value:.12g}", "", ""
    power = math.floor(math.log10(max(abs(value), half)))
    shift = 0 if -4 <= power < 6 else power
    places = min(1 - math.floor(math.log10(half)), _LARGEST - power)
    last = _up(half, places)
    if last >= 100:  # 0.0996 becomes 0.10
        places -= 1
        last = _up(half, places)
    decimals = places + shift
    if decimals <= 0:
        unit = 10**-decimals
        return f"{round(value / 10**shift / unit) * unit:d}", f"{last * unit:d}", _exponent(shift)
    scaled = value / 10.0**shift if shift > -300 else value * 10.0**-shift
    return f"{scaled:.{decimals}f}", f"{last:d}", _exponent(shift)


def _up(half: float, places: int) -> int:
    scaled = half * 10.0**places
    return max(1, math.ceil(scaled - 1e-9 * scaled))  # 0.0012 is 12.000000000000002 units of 1e-4


def _exponent(power: int) -> str:
    return f"e{power:+03d}" if power else ""
