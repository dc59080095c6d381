"""The table of comparisons tells the least loss that early stopping would keep."""

import json

import pandas as pd
import pytest

from pipeline.documents import compared
from pipeline.documents.languages import LANGUAGES
from pipeline.frame import files

CURVES = {
    ("regularisation", "without"): [0.5, 0.25, 0.75, 0.75, 0.125],  # ends after 4
    ("regularisation", "with"): [0.5, 0.4, 0.3, 0.2, 0.2],
    ("optimizer", "sgd (0.01)"): [0.9, 0.8, 0.7, 0.6, 0.5],
}


@pytest.fixture(autouse=True)
def explored(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = [
        {"comparison": comparison, "variant": variant, "held_out_loss": loss}
        for (comparison, variant), losses in CURVES.items()
        for loss in losses
    ]
    for family, table in (("mlp", rows), ("cnn", rows[:10])):
        folder = files.EXPLORATIONS / family
        folder.mkdir(parents=True)
        pd.DataFrame(table).to_csv(folder / "comparisons.csv")
        (folder / "conclusion.json").write_text(json.dumps({"patience": 2}))


def test_what_falls_after_the_end_is_not_kept():
    assert compared.kept_losses("mlp") == {
        "regularisation": {"without": 0.25, "with": 0.2},
        "optimizer": {"sgd (0.01)": 0.5},
    }


@pytest.mark.parametrize(
    ("code", "regularisation", "optimizer"),
    [
        (
            "en",
            "| dropout and L2 penalty | without: 0.250<br>**with: 0.200** |",
            "| optimizer (its rate) | **`sgd` (0.01): 0.500** | – |",
        ),
        (
            "fr",
            "| dropout et pénalité L2 | sans\u00a0: 0,250<br>**avec\u00a0: 0,200** |",
            "| optimiseur (son taux) | **`sgd` (0,01)\u00a0: 0,500** | – |",
        ),
    ],
)
def test_the_least_is_bold_and_what_is_missing_is_a_dash(
    code, regularisation, optimizer
):
    table = compared.compared(None, LANGUAGES[code]).splitlines()
    assert any(row.startswith(regularisation) for row in table)
    assert optimizer in table
