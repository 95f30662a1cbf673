"""Digits by the uncertainty."""

import pytest

from checks.report.digits import rounded, short, with_half


@pytest.mark.parametrize(
    ("value", "half", "expected"),
    [
        (0.27314, 0.00113, "0.2731(12)"),
        (0.27314, 0.0012, "0.2731(12)"),
        (-0.27314, 0.0996, "-0.27(10)"),
        (12345.678, 120.0, "12350(120)"),
        (12345.678, 12.0, "12346(12)"),
        (1.23456e-7, 3.2e-10, "1.2346(32)e-07"),
        (-7.6e-6, 1.1e-12, "-7.6000000(11)e-06"),
        (1.5e9, 2.5e6, "1.5000(25)e+09"),
        (0.0, 1e-9, "0.0(10)e-09"),
        (2.5, 0.0, "2.5"),
        (3.0, 1e-30, "3.0000000000000000(1)"),
    ],
)
def test_the_last_digits_are_those_of_the_half_width(value: float, half: float, expected: str) -> None:
    assert with_half(value, half) == expected


def test_a_prediction_has_the_digits_of_the_simulation() -> None:
    assert rounded(0.273147, 0.0011) == "0.2731"
    assert rounded(2 / 3, 0.0) == "0.666666666667"


def test_sizes_have_two_digits() -> None:
    assert short(0.01149) == "0.011"
