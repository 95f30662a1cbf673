import pytest

from checks.report.subscripts import in_markdown, subscripted


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("λ_1μ_k²", "λ<sub>1</sub>μ<sub>k</sub>²"),
        ("Σλ_kp_k", "Σλ<sub>k</sub>p<sub>k</sub>"),
        ("P_λμ(0) + P_ker μ(0)", "P<sub>λ</sub>μ(0) + P<sub>ker</sub> μ(0)"),
        ("β_c2 λ_d", "β<sub>c2</sub> λ<sub>d</sub>"),
        ("v_j·Hv_j", "v<sub>j</sub>·Hv<sub>j</sub>"),
        ("Σ_{k>r} λ_k", "Σ<sub>k&gt;r</sub> λ<sub>k</sub>"),
        ("min_j 2λ_j", "min<sub>j</sub> 2λ<sub>j</sub>"),
        ("(UUᵀ)_11", "(UUᵀ)<sub>11</sub>"),
        ("V_rΛ_r⁻¹V_rᵀ", "V<sub>r</sub>Λ<sub>r</sub>⁻¹V<sub>r</sub>ᵀ"),
        ("not_checked, a < b & c", "not_checked, a &lt; b &amp; c"),
        (r"$\lambda_1$ and λ_1", r"$\lambda_1$ and λ<sub>1</sub>"),
    ],
)
def test_subscripts_are_set_below_the_line(text: str, html: str) -> None:
    assert str(subscripted(text)) == html


def test_in_markdown_code_and_tex_are_left_alone() -> None:
    assert in_markdown("λ_1 < `a_b` $c_d$ | v_k |") == "λ<sub>1</sub> < `a_b` $c_d$ | v<sub>k</sub> |"
