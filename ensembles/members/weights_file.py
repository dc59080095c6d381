"""Weights on disk in half the space: they are halves in single precision's width."""

import h5py

SHUFFLED = {"compression": "gzip", "shuffle": True}
"""Bytes of equal place in their numbers come together, so that zeros do as well."""


def save_weights(network, path):
    """Write a network's weights, which Keras's `load_weights` reads.

    Equal weights make equal files.

    Parameters
    ----------
    network : keras.Model
    path : Path
        Ends in ``.weights.h5``.
    """
    wide = path.with_name(f"wide-{path.name}")
    network.save_weights(wide)
    with h5py.File(wide) as source, h5py.File(path, "w") as target:
        target.attrs.update(source.attrs)
        source.visititems(lambda name, item: _copy(name, item, target))
    wide.unlink()


def _copy(name, item, target):
    if isinstance(item, h5py.Group):
        copied = target.require_group(name)
    elif item.ndim:
        copied = target.create_dataset(name, data=item, chunks=item.shape, **SHUFFLED)
    else:  # HDF5 compresses no single numbers
        copied = target.create_dataset(name, data=item)
    copied.attrs.update(item.attrs)
