"""What tables and figures compute from a comparison."""

from checks.report.values import file_names, half, share, short_case

from . import sample


def test_the_difference_has_a_sign_and_the_unit_D() -> None:
    assert abs(share(sample.row(simulation=4.000001)) - 0.5) < 1e-6
    assert abs(share(sample.row(simulation=3.999999)) + 0.5) < 1e-6
    assert share(sample.row(detectable=0.0)) == 0.0


def test_half_is_half_the_interval() -> None:
    assert half(sample.row(interval=[1.0, 4.0])) == 1.5


def test_a_case_is_shortened_for_a_narrow_column() -> None:
    params = {"head": "softmax", "spectrum": [1 / 3, -2.0, *range(9)], "n": 10}
    assert short_case(params) == "head = softmax, spectrum = (0.3333, −2, 0, 1, 2, 3, …), n = 10"
    assert short_case({}) == "the only case"


def test_file_names_are_safe_and_differ() -> None:
    claims = [sample.claim(label=label) for label in ("A1.2.linear", "?", "a/b", "a?b")]
    names = file_names([*claims, sample.UNCHECKED])
    assert names == {"A1.2.linear": "A1.2.linear", "?": "_", "a/b": "a_b", "a?b": "a_b-3"}
