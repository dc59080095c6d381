"""Score the ensemble on what users corrected.

``python -m pipeline.commands.corrections`` reads what the server has gathered; a server
of another folder or ensemble is scored by naming these.

Users correct what is wrong more often than they confirm what is right, so this error is
far above that on digits at large; it is for finding what goes wrong.
"""

from pathlib import Path

import numpy as np

from ensembles.digits.labelled_pngs import read_pngs
from ensembles.serving.predictor import Predictor
from pipeline.frame import files, program

FOLDER = files.RAW.parent / "feedback"


def main(parameters, folder=FOLDER, *, ensemble=files.RELEASED):
    """Print how many corrected digits an ensemble misreads, and as what."""
    images, labels = read_corrections(Path(folder))
    read = Predictor(ensemble).predict(images).digits
    print(score_text(read, labels))


def read_corrections(folder):
    """Read the digits, and the labels that users gave them.

    Raises
    ------
    ValueError
        If there are none; it says how to gather some.
    """
    try:
        return read_pngs(folder)
    except ValueError as error:
        raise ValueError(
            f"{error}: serve with DIGITS_FEEDBACK_BYTES=10000000 and correct some "
            f"answers"
        ) from None


def score_text(read, labels):
    """Return the score as text: in all, then each label that is misread."""
    wrong = read != labels
    lines = [f"{wrong.sum()} of {len(labels)} corrected digits misread"]
    for label in np.unique(labels[wrong]):
        others = read[wrong & (labels == label)]
        lines.append(f"{label}: read as {', '.join(map(str, sorted(others)))}")
    return "\n".join(lines)


if __name__ == "__main__":
    program.run(main)
