"""Digits deformed per second on one core, beside albumentations' own elastic."""

import albumentations
import numpy as np

from benchmarks.machine import record, seconds, share_of
from ensembles.digits.deformation import deform
from pipeline.frame import params

DIGITS = 5000
ROUNDS = 5


def main():
    """Measure both in turn, and take the medians."""
    images = np.random.default_rng(0).integers(0, 256, (DIGITS, 28, 28), np.uint8)
    asked = params.load().augment.deformations["elastic"]
    elastic = albumentations.ElasticTransform(alpha=34, sigma=4, p=1.0)
    peer = albumentations.Compose([elastic], seed=0)

    def plain_loop():
        for image in images:
            peer(image=image)

    times = [
        (seconds(lambda: deform(images, asked, 0)), seconds(plain_loop))
        for _ in range(share_of(ROUNDS))
    ]
    ours, theirs = (DIGITS / np.median(column) for column in zip(*times, strict=True))
    record(
        "augmentation",
        {
            "what": "digits per second and core, affine and elastic in one resampling",
            "figure": round(ours),
            "peer": "a loop over albumentations' ElasticTransform alone",
            "peer_figure": round(theirs),
            "ratio": round(ours / theirs, 2),
            "target": 6000,
        },
    )


if __name__ == "__main__":
    main()
