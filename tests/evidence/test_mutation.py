"""A planted fault is told apart: refuted, or moving no number by more than its error."""

from checks.evidence.mutation import ROOT, baseline, explanations, sites, try_all

LABEL = ["--label", "A1.1"]


def test_fates(tmp_path):
    sound = baseline(tmp_path, LABEL)
    assert {"theory/attention_pca/tilting.py", "numerics/attention.py"} <= sound.executed.keys()
    assert set(sound.numbers) >= {"A1.1"}
    wanted = {
        ("theory/attention_pca/tilting.py", "Rational(1, 2) * adjoint(z) * z", "1 → 2"): "refuted",  # the derivation
        ("theory/attention_pca/tilting.py", "return [eigenvalue * entry for", "* → /"): "refuted",  # the prediction
        ("numerics/attention.py", "mass *= weights", "* → /"): "refuted",  # the simulation
        ("numerics/attention.py", "scores -= scores.max", "- → +"): "unresolved",  # softmax does not mind
    }
    chosen = {}
    for file, fault, text in sites(sound.executed):
        for key in wanted:
            if (file, f"{fault.sound} → {fault.faulty}") == (key[0], key[2]) and key[1] in text:
                chosen.setdefault(key, (file, fault, text))
    assert chosen.keys() == wanted.keys()
    found = {trial.text: trial.fate for trial in try_all(chosen.values(), sound, LABEL, 2)}
    assert found == {chosen[key][2]: fate for key, fate in wanted.items()}


def test_explanations_are_of_lines_that_are_there():
    for file, line, _ in explanations():
        assert line in [text.strip() for text in (ROOT / file).read_text("utf-8").splitlines()]
