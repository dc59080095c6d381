"""Score the ensemble on what users corrected.

``python -m pipeline.commands.corrections`` reads what the server has gathered.

Users correct what is wrong more often than they confirm what is right, so this error is
far above that on digits at large; it is for finding what goes wrong.
"""

import re
from pathlib import Path

import numpy as np
from PIL import Image

from ensembles.serving.predictor import Predictor
from pipeline.frame import files

FOLDER = files.RAW.parent / "feedback"
NAME = re.compile(r"[0-9a-f]{32}-(\d)\.png")


def main():
    """Print how many corrected digits the released ensemble misreads, and as what."""
    images, labels = read_feedback(FOLDER)
    read = Predictor(files.RELEASED).predict(images).digits
    print(score_text(read, labels))


def read_feedback(folder):
    """Return the digits, uint8 (n, 28, 28), and the labels that users gave them.

    Raises
    ------
    ValueError
        If there are none.
    """
    named = [
        (path, NAME.fullmatch(path.name)) for path in sorted(Path(folder).glob("*"))
    ]
    kept = [(path, int(match[1])) for path, match in named if match]
    if not kept:
        raise ValueError(
            f"no corrections in {folder}: serve with DIGITS_FEEDBACK_BYTES=10000000 "
            f"and correct some answers"
        )
    images = np.stack([np.asarray(Image.open(path).convert("L")) for path, _ in kept])
    return images, np.array([label for _, label in kept])


def score_text(read, labels):
    """Return the score as text: in all, then each label that is misread."""
    wrong = read != labels
    lines = [f"{wrong.sum()} of {len(labels)} corrected digits misread"]
    for label in np.unique(labels[wrong]):
        others = read[wrong & (labels == label)]
        lines.append(f"{label}: read as {', '.join(map(str, sorted(others)))}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
