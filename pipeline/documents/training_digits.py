"""The training digits, and what the documents tell of them."""

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.frame import files


@dataclass(frozen=True)
class TrainingDigits:
    """The training digits, and which they are.

    Attributes
    ----------
    dataset : str
    images, labels, writer, hsf : ndarray
        As in `data/train.npz`.
    """

    dataset: str
    images: np.ndarray
    labels: np.ndarray
    writer: np.ndarray
    hsf: np.ndarray

    @classmethod
    def read(cls):
        """Read what `prepare` wrote.

        Raises
        ------
        ValueError
            If none are prepared.
        """
        if not files.TRAIN.is_file():
            raise ValueError(f"no {files.TRAIN}: run `dvc repro prepare` first")
        arrays = files.read_arrays(files.TRAIN, *cls.__annotations__)
        return cls(**arrays | {"dataset": str(arrays["dataset"])})

    def describe(self):
        """Count digits and writers, and measure ink and slant, as a dict."""
        classes = np.bincount(self.labels, minlength=10)
        slants = np.degrees(np.arctan([_slant(image) for image in self.images]))
        return {
            "number": len(self.labels),
            "writers": len(np.unique(self.writer)),
            "staff": int((self.hsf == 0).sum()),
            "students": int((self.hsf == 4).sum()),
            "rarest": int(classes.argmin()),
            "fewest": int(classes.min()),
            "commonest": int(classes.argmax()),
            "most": int(classes.max()),
            "ink_percent": float(100 * (self.images > 0).mean()),
            "slant_degrees": float(slants.mean()),
            "slant_sd_degrees": float(slants.std()),
        }


def _slant(image):
    """Return how far a digit leans to the right for each pixel of its height."""
    moments = cv2.moments(image)
    return -moments["mu11"] / max(moments["mu02"], 1)
