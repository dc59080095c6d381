"""Numbers on plain, ruled, squared and boxed paper, photographed by simulation.

``PYTHONPATH=tests python -m benchmarks.numbers`` draws each by `tests/papers.py`, half
of them of strokes and half of MNIST's training digits by one writer, and reads them as
the API does. It writes reports/benchmarks/numbers.json, with every number as written
and as read.
"""

from difflib import SequenceMatcher

import papers
from tqdm import tqdm

from benchmarks.machine import record
from ensembles.serving.predictor import Predictor
from pipeline.frame import files
from webapp.app import create_app
from webapp.environment import Settings

EACH = 25
"""Numbers on each paper."""

API = "/api/v1/predict"

TARGETS = {
    "exact_percent": "at least 90",
    "digits_right_percent": "at least 98",
    "sure_and_wrong": "at most 1 in 300 of sure",
    "right_and_doubted_percent": "at most 5",
}


def read(client, content):
    """Read a picture.

    Returns
    -------
    signs : str
        A character for each answer; a question mark for what is no one character.
    sure : list of bool
        Whether each is ``ok``.
    """
    answer = client.post(API, data=content, content_type="image/jpeg")
    answers = answer.get_json()["predictions"]
    signs = [one["character"] or _digit(one["digit"]) for one in answers]
    return "".join(signs), [one["status"] == "ok" for one in answers]


def _digit(digit):
    return "?" if digit is None else str(digit)


def score(written, signs, sure):
    """Count what was read right, of one number or of many after each other.

    Parameters
    ----------
    written, signs : str
        Digits as written and as read, in stretches that match as far as they can.
    sure : list of bool
        For each of `signs`.

    Returns
    -------
    dict of str to int
    """
    matcher = SequenceMatcher(None, written, signs, autojunk=False)
    blocks = matcher.get_matching_blocks()
    matched = {block.b + k for block in blocks for k in range(block.size)}
    wrong = [one for k, one in enumerate(sure) if k not in matched]
    return {
        "numbers": 1,
        "exact": int(written == signs),
        "digits": len(written),
        "digits_right": len(matched),
        "sure": sum(sure),
        "sure_and_wrong": sum(wrong),
        "right_and_doubted": len(matched) - (sum(sure) - sum(wrong)),
    }


def total(scores):
    """Add scores, and tell them as shares."""
    added = {name: sum(one[name] for one in scores) for name in scores[0]}
    shares = {
        "exact_percent": 100 * added["exact"] / added["numbers"],
        "digits_right_percent": 100 * added["digits_right"] / added["digits"],
        "right_and_doubted_percent": 100
        * added["right_and_doubted"]
        / added["digits_right"],
    }
    return added | {name: round(share, 2) for name, share in shares.items()}


def main():
    """Draw the numbers, read them, and write what was read."""
    train = files.read_arrays(files.TRAIN, "images", "labels", "writer")
    writers = papers.by_writer(*train.values())
    predictor = Predictor(Settings.ensemble, threads=1)
    client = create_app(predictor, Settings(deadline=600.0)).test_client()
    texts, scores = {}, {}
    asked = [(paper, seed) for paper in papers.PAPERS for seed in range(EACH)]
    for paper, seed in tqdm(asked, disable=None):
        drawn = papers.draw(paper, seed, writers if seed % 2 else None)
        written = "".join(map(str, drawn.labels))
        signs, sure = read(client, drawn.content)
        texts[f"{paper} {seed}"] = [written, signs]
        scores[paper, seed] = score(written, signs, sure)
    record(
        "numbers",
        {
            "what": f"numbers of 3 to 12 digits, {EACH} on each paper",
            "all": total(list(scores.values())),
            "targets": TARGETS,
            **{
                paper: total([scores[paper, seed] for seed in range(EACH)])
                for paper in papers.PAPERS
            },
            "of_strokes": total([one for (_, k), one in scores.items() if k % 2 == 0]),
            "by_writers": total([one for (_, k), one in scores.items() if k % 2]),
            "written_and_read": texts,
        },
    )


if __name__ == "__main__":
    main()
