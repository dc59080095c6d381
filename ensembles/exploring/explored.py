"""The best network of an explored family, on disk: its card and its weights."""

import json

import numpy as np

from ensembles.drafts import draft

PREFIX = "explored_"
"""Before a family's name: its best network among other systems."""

CARD, WEIGHTS = "card.json", "weights.npz"
PREDICTION_BATCH = 500


def keep(folder, card, weights):
    """Keep a network; the card is written last.

    Parameters
    ----------
    folder : Path
    card : dict
        ``family`` and ``setting``, by which it is built again, and what else is to be
        told of it.
    weights : list of ndarray
        In Keras's order.
    """
    (folder / CARD).unlink(missing_ok=True)
    with draft(folder / WEIGHTS) as temporary:
        np.savez(temporary, **{f"{i:03d}": array for i, array in enumerate(weights)})
    with draft(folder / CARD) as temporary:
        temporary.write_text(json.dumps(card, indent=2) + "\n")


def load_card(folder):
    """Return a network's card."""
    return json.loads((folder / CARD).read_text())


def predict(folder, images):
    """Let a network that was kept read digits.

    Parameters
    ----------
    folder : Path
    images : ndarray of shape (n, 28, 28), uint8

    Returns
    -------
    ndarray of shape (n, 10), float32
        Its probabilities.
    """
    from ensembles.exploring.searched_networks import build_network

    card = load_card(folder)
    network = build_network(card["family"], card["setting"])
    with np.load(folder / WEIGHTS) as archive:
        network.set_weights([archive[name] for name in sorted(archive.files)])
    return network.predict(images, PREDICTION_BATCH, verbose=0)
