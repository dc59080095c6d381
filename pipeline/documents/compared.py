"""The table of what single choices do to a plain network, from the explorations."""

import pandas as pd

from ensembles.exploring.runs import stopping_epoch
from pipeline.frame import files

NETWORKS = {"mlp": "perceptron", "cnn": "convolutional network"}
"""By family, a column each."""

CHOICES = {
    "normalisation": "normalisation",
    "regularisation": "dropout and L2 penalty",
    "optimizer": "optimizer (its rate)",
    "learning_rate": "learning rate",
    "batch_size": "batch size",
    "activation": "activation",
    "pooling": "pooling",
}
"""By comparison, a row each."""


def compared(sources, language):
    """Return the loss of each variant at the epoch that early stopping would keep.

    Parameters
    ----------
    sources : results.Sources
    language : languages.Language

    Returns
    -------
    str
        A table of Markdown, the least loss of each comparison in bold.
    """
    losses = {family: kept_losses(family) for family in NETWORKS}
    headings = map(language, ("choice", *NETWORKS.values()))
    rows = [f"| {' | '.join(headings)} |", "|---|---|---|"]
    for name, choice in CHOICES.items():
        cells = (_cell(losses[family].get(name), language) for family in NETWORKS)
        rows.append(f"| {language(choice)} | {' | '.join(cells)} |")
    return "\n".join(rows)


def kept_losses(family):
    """Read the loss on watched digits of each variant, where early stopping keeps it.

    Parameters
    ----------
    family : str
        A key of `NETWORKS`.

    Returns
    -------
    dict of str to dict of str to float
        Comparison to variant to log loss, in nats.
    """
    folder = files.EXPLORATIONS / family
    patience = files.read_json(folder / "conclusion.json")["patience"]
    curves = pd.read_csv(folder / "comparisons.csv")

    def keep(curve):
        losses = curve["held_out_loss"]
        return losses.iloc[: stopping_epoch(losses, patience)].min()

    return {
        comparison: {
            variant: keep(curve)
            for variant, curve in part.groupby("variant", sort=False)
        }
        for comparison, part in curves.groupby("comparison", sort=False)
    }


def _cell(losses, language):
    """Write all variants of a comparison; a dash if there is none."""
    if losses is None:
        return "–"
    least = min(losses, key=lambda variant: losses[variant])
    told = {
        variant: f"{_say(variant, language)} {language.decimal(loss, 3)}"
        for variant, loss in losses.items()
    }
    return "<br>".join((told | {least: f"**{told[least]}**"}).values())


def _say(variant, language):
    """Write a number in the language's form; ``with`` and ``without`` in its words."""
    word, *rate = variant.split()
    if word.isalpha():
        word = language(word) if word in ("with", "without") else f"`{word}`"
    return " ".join([word, *rate]).replace(".", language.point) + language.colon
