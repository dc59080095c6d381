"""Members are compared on what they had not seen, and by nothing else."""

import json

import numpy as np
import pytest

from ensembles.members.identity import digest_digits
from pipeline.commands import compare
from pipeline.frame import files


def sure(digits):
    """Give each of these digits most of the probability."""
    return 0.9 * np.eye(10)[digits] + 0.01


def test_systems_are_scored_alone_together_and_without_each():
    labels = np.arange(10)
    first, second, third = (labels.copy() for _ in range(3))
    first[[0, 1]], second[[0, 2]], third[[0]] = 5, 5, 5
    answers = {"a": sure(first), "b": sure(second), "c": sure(third)}
    table = [line.split() for line in compare.compare(answers, labels)]
    assert [row[:2] for row in table[1:4]] == [["a", "2"], ["b", "2"], ["c", "1"]]
    assert [row[3] for row in table[1:4]] == ["1", "1", "0"]
    # Only the digit that all misread is left to their mean; two of them may tie.
    assert table[4][:4] == ["mean", "of", "all", "1"]
    assert table[4][-1] == "1"
    assert float(table[1][2]) == pytest.approx(
        -(8 * np.log(0.91) + 2 * np.log(0.01)) / 10, abs=1e-4
    )
    assert [row[:2] for row in table[5:]] == [["without", n] for n in "abc"]


@pytest.fixture
def members(tmp_path, monkeypatch):
    """Write digits of three folds, and a function that writes members of a folder."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    digits = {
        "images": rng.integers(0, 256, (60, 28, 28), np.uint8),
        "labels": np.arange(60) % 10,
        "fold": np.arange(60) % 3,
    }
    files.write_arrays(files.TRAIN, **digits)

    def write(folder, folds, wrong=0, digest=None):
        for fold in folds:
            place = tmp_path / folder / str(fold)
            place.mkdir(parents=True)
            answer = digits["labels"][digits["fold"] == fold].copy()
            answer[:wrong] = (answer[:wrong] + 1) % 10
            np.save(place / "held_out.npy", sure(answer).astype(np.float32))
            who = {
                "held_out_fold": fold,
                "data_digest": digest or digest_digits(digits),
            }
            (place / "card.json").write_text(json.dumps({"identity": who}))

    return write


def test_folders_are_compared_on_the_folds_that_all_cover(members, capsys):
    members("good", [0, 1, 2])
    members("bad", [0, 2], wrong=3)
    compare.main(None, "good", "bad")
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "40 digits of the folds [0, 2]"
    assert [line.split()[:2] for line in told[2:4]] == [["good", "0"], ["bad", "6"]]


def test_one_fold_is_enough_for_a_comparison(members, capsys):
    members("good", [0, 1])
    members("bad", [1], wrong=3)
    compare.main(None, "good", "bad")
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "20 digits of the folds [1]"
    assert [line.split()[:2] for line in told[2:4]] == [["good", "0"], ["bad", "3"]]


@pytest.mark.parametrize(
    ("folders", "message"),
    [
        ([], "name folders"),
        (["absent"], "no finished members in absent"),
        (["one", "other"], "no fold is covered by all"),
        (["foreign"], "learned from other digits"),
    ],
)
def test_what_cannot_be_compared_is_refused(members, folders, message):
    members("one", [1])
    members("other", [0, 2])
    members("foreign", [0, 1], digest="another")
    with pytest.raises(ValueError, match=message):
        compare.main(None, *folders)
