"""The blocks of figures are put where their markers are, and nowhere else."""

import pytest

from pipeline.commands import readme


def test_a_block_takes_the_place_of_the_last(tmp_path):
    place = tmp_path / "README.md"
    block = f"{readme.BEGIN}\nnew\n{readme.END}"
    place.write_text(f"# Title\n\n{readme.BEGIN}\nold\n{readme.END}\nrest\n")
    readme.replace_block(place, block)
    assert place.read_text() == f"# Title\n\n{block}\nrest\n"
    readme.replace_block(place, block)
    assert place.read_text() == f"# Title\n\n{block}\nrest\n"


@pytest.mark.parametrize("left", [readme.BEGIN, readme.END, ""])
def test_a_text_without_markers_is_left_alone(tmp_path, left):
    place = tmp_path / "README.md"
    place.write_text(f"# Title\n{left}\n")
    with pytest.raises(ValueError, match="must have the lines"):
        readme.replace_block(place, "block")
    assert place.read_text() == f"# Title\n{left}\n"


def test_figures_of_other_digits_are_refused():
    mnist, others = {"dataset": "MNIST"}, {"dataset": "scikit-learn digits"}
    readme.check_same_digits(mnist, mnist)
    with pytest.raises(ValueError, match="of scikit-learn digits, and the record of M"):
        readme.check_same_digits(others, mnist)


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.0, "< 1 s"), (12.6, "13 s"), (float("nan"), "–")]
)
def test_durations(seconds, told):
    assert readme._duration(seconds) == told
