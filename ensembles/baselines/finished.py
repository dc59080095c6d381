"""Finished networks on disk, so that an interrupted run goes on with the next."""

import json

import numpy as np

from ensembles.drafts import draft


def load_kept(place, identity):
    """Return a finished network's weights, or None if there is no such network.

    Parameters
    ----------
    place : Path
        Where it lies, less the suffixes of its two files.
    identity : dict
        What its card must say.

    Returns
    -------
    list of ndarray or None
    """
    card = place.with_suffix(".json")
    if not card.is_file() or json.loads(card.read_text()) != identity:
        return None
    with np.load(place.with_suffix(".npz")) as archive:
        return [archive[name] for name in sorted(archive.files)]


def keep(place, identity, weights):
    """Keep a network's weights, and then the card by which they are valid.

    Parameters
    ----------
    place : Path
        Where it shall lie, less the suffixes of its two files.
    identity : dict
        Its card.
    weights : list of ndarray
    """
    card = place.with_suffix(".json")
    # Without this, a run killed here would leave another network's card.
    card.unlink(missing_ok=True)
    with draft(place.with_suffix(".npz")) as temporary:
        np.savez(temporary, **{f"{i:03d}": array for i, array in enumerate(weights)})
    with draft(card) as temporary:
        temporary.write_text(json.dumps(identity, indent=2) + "\n")
