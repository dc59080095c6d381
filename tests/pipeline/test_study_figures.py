"""Figures of explorations show every comparison, each variant by its name."""

import pandas as pd
import pytest

from ensembles.exploring import comparisons
from ensembles.exploring.families import FAMILIES
from pipeline import study_figures


def curves_of(named, epochs=6):
    """Return a table in which the loss of every variant falls and then rises."""
    return pd.DataFrame(
        {
            "comparison": comparison,
            "variant": variant,
            "epoch": epoch + 1,
            "loss": 1 / (epoch + 1),
            "held_out_loss": 0.1 * number + abs(epoch - 2) + 0.1,
        }
        for comparison, variants in named.items()
        for number, variant in enumerate(variants)
        for epoch in range(epochs)
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_every_comparison_has_a_panel_that_names_its_variants(family):
    named = comparisons.name_comparisons(FAMILIES[family])
    figure = study_figures.comparisons(curves_of(named), patience=2)
    shown = {
        axes.get_title(): [text.get_text() for text in axes.get_legend().get_texts()]
        for axes in figure.axes
    }
    assert shown == {name.replace("_", " "): list(one) for name, one in named.items()}


def test_early_stopping_is_marked_where_it_keeps_and_where_it_ends():
    table = curves_of({"dropout": {"without": {}}})
    (axes,) = study_figures.comparisons(table, patience=2).axes
    marks = {line.get_marker(): line.get_xdata() for line in axes.lines}
    assert list(marks["o"]) == [3]
    assert list(marks["|"]) == [5]


def test_panels_do_not_overlap():
    named = comparisons.name_comparisons(FAMILIES["cnn"])
    figure = study_figures.comparisons(curves_of(named), patience=2)
    figure.draw_without_rendering()
    boxes = [axes.get_tightbbox() for axes in figure.axes]
    for number, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:number])
