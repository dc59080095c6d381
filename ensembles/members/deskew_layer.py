"""Make digits upright inside a network, so that its graph takes them as they are."""

from keras import layers, ops

from ensembles.digits.form import SIDE


class Deskew(layers.Layer):
    """Shear each digit about its centre of mass until its moments show no slant.

    What `ensembles.digits.deskewing` does with OpenCV, to within what its fixed-point
    interpolation loses. Takes and gives uint8 of shape (n, 28, 28).

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), "Gradient-based learning applied to
    document recognition", Proceedings of the IEEE 86 (the deskewed MNIST).
    """

    def call(self, images):
        """Read every pixel from where the shear takes it, bilinearly."""
        ink = ops.cast(images, "float32")
        places = ops.arange(SIDE, dtype="float32")
        across = _from_centre(ink, places[None, None, :])
        down = _from_centre(ink, places[None, :, None])
        # Ink in a single row has no slant; no such row has a second moment of 1.
        spread = ops.maximum(_total(ink * down**2), 1.0)
        source = places + _total(ink * across * down) / spread * down
        weights = ops.relu(1 - ops.abs(source[..., None] - places))
        upright = ops.einsum("nyxs,nys->nyx", weights, ink)
        return ops.cast(ops.round(upright), "uint8")


def _from_centre(ink, places):
    """Return each pixel's distance from the centre of mass along one axis."""
    return places - _total(ink * places) / ops.maximum(_total(ink), 1.0)


def _total(values):
    return ops.sum(values, axis=(1, 2), keepdims=True)
