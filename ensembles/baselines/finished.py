"""Finished networks on disk, so that an interrupted run goes on with the next."""

import json
import os

import numpy as np


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
    place.parent.mkdir(parents=True, exist_ok=True)
    card = place.with_suffix(".json")
    # Without this, a run killed here would leave another network's card.
    card.unlink(missing_ok=True)
    draft = place.with_name(f".{place.name}-{os.getpid()}.npz")
    np.savez(draft, **{f"{i:03d}": array for i, array in enumerate(weights)})
    draft.replace(place.with_suffix(".npz"))
    draft.write_text(json.dumps(identity, indent=2) + "\n")
    draft.replace(card)
