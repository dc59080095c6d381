"""Digits of one's own: every form that is taken, and what corrected ones do."""

import numpy as np
import pytest
from hands import Hand
from PIL import Image

from ensembles.baselines.knn import NearestNeighbours
from ensembles.baselines.svm import SupportVectors
from ensembles.combining.combiners import MeanCombiner
from ensembles.digits import idx
from ensembles.digits.arrays import DigitsError
from ensembles.pictures.mnist_form import fit_ink
from pipeline import fetch, prepare
from pipeline.frame import files
from pipeline.own_digits import read_own
from webapp.feedback import Store

EACH = 15


@pytest.fixture(scope="module")
def digits(labelled_digits):
    """Return fifteen digits of each class, and their labels."""
    images, labels = labelled_digits
    chosen = [np.flatnonzero(labels == digit)[:EACH] for digit in range(10)]
    chosen = np.concatenate(chosen)
    return images[chosen], labels[chosen].astype(np.uint8)


def as_pictures(folder, images, labels):
    """Write each digit as a scan, dark on light and large."""
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        place = folder / str(label)
        place.mkdir(parents=True, exist_ok=True)
        drawn = Image.fromarray(255 - image).resize(
            (112, 112), Image.Resampling.BICUBIC
        )
        drawn.save(place / f"{number:03d}.png")


def as_csv(folder, images, labels):
    head = ["label", *(f"pixel{i}" for i in range(784))]
    rows = [[k, *one.ravel()] for one, k in zip(images, labels, strict=True)]
    text = "\n".join(",".join(map(str, row)) for row in [head, *rows])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mine.csv").write_text(text)


def as_idx(folder, images, labels, part="train"):
    folder.mkdir(parents=True, exist_ok=True)
    idx.write_idx(folder / f"mine-{part}-images-idx3-ubyte.gz", images)
    idx.write_idx(folder / f"mine-{part}-labels-idx1-ubyte.gz", labels)


def as_npz(folder, images, labels):
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "my_images.npz", images=images, labels=labels)


# How digits are laid, and what `data.source` names
LAID = {
    "a CSV": (as_csv, "mine.csv"),
    "IDX files": (as_idx, ""),
    "one of a pair": (as_idx, "mine-train-images-idx3-ubyte.gz"),
    "npz": (as_npz, "my_images.npz"),
    "npz in a folder": (as_npz, ""),
    "pictures": (as_pictures, ""),
}


@pytest.mark.parametrize("case", LAID)
def test_forms(tmp_path, digits, case):
    lay, name = LAID[case]
    lay(tmp_path / "mine", *digits)
    parts = read_own(tmp_path / "mine" / name)
    for part, count in (("train", 12), ("test", 3)):
        images, labels = parts[part]
        assert images.shape == (10 * count, 28, 28)
        assert images.dtype == labels.dtype == np.uint8
        np.testing.assert_array_equal(np.bincount(labels), [count] * 10)
        offs = [
            np.abs(digits[0][digits[1] == label].astype(int) - image).mean((1, 2)).min()
            for image, label in zip(images, labels, strict=True)
        ]
        # A scan goes through the image rule, which evens thick strokes.
        most = (8, 30) if case == "pictures" else (0, 0)
        assert np.median(offs) <= most[0]
        assert max(offs) <= most[1]


def test_a_test_set_of_its_own_is_kept(tmp_path, digits):
    images, labels = digits
    as_idx(tmp_path, images, labels)
    as_idx(tmp_path, images[::-1], labels[::-1], "test")
    parts = read_own(tmp_path)
    np.testing.assert_array_equal(parts["train"][0], images)
    np.testing.assert_array_equal(parts["test"][0], images[::-1])
    for part in ("train", "test"):
        as_pictures(tmp_path / "pictures" / part, images, labels)
    parts = read_own(tmp_path / "pictures")
    assert [len(parts[part][1]) for part in ("train", "test")] == [len(labels)] * 2


def test_what_is_no_set_of_digits(tmp_path, digits):
    images, labels = digits
    with pytest.raises(DigitsError, match="put pictures into folders 0 to 9"):
        read_own(tmp_path)
    as_idx(tmp_path / "few", images[labels < 8], labels[labels < 8])
    with pytest.raises(DigitsError, match="there are 0 of 8, 0 of 9"):
        read_own(tmp_path / "few")
    (tmp_path / "bad" / "3").mkdir(parents=True)
    (tmp_path / "bad" / "3" / "x.png").write_bytes(b"hello")
    with pytest.raises(DigitsError, match=r"x\.png: not an image.*remove or mend it"):
        read_own(tmp_path / "bad")
    np.savez(tmp_path / "images.npz", one=images, two=images)
    with pytest.raises(DigitsError, match="no labelled digits to train on"):
        read_own(tmp_path / "images.npz")
    as_idx(tmp_path / "odd", images, labels[:-1])
    with pytest.raises(idx.IdxError, match="150 images but 149 labels"):
        read_own(tmp_path / "odd")


def test_own_digits_go_the_way_of_mnist(tmp_path, digits, monkeypatch):
    as_csv(tmp_path / "own", *digits)
    raw = tmp_path / "raw"
    monkeypatch.setattr(files, "RAW", raw)
    fetch.fetch(str(tmp_path / "own" / "mine.csv"), raw, "ignored", ())
    dataset = files.read_json(raw / files.SOURCE)["dataset"]
    assert dataset == "mine"
    train = prepare.read_digits("train", dataset)
    assert len(train["labels"]) == 120
    # Of no writer anything is known: each digit is dealt by itself.
    assert len(set(train["writer"])) == 120
    with pytest.raises(ValueError, match="'auto', 'mnist', or a folder or file that"):
        fetch.fetch("mnits", raw, None, ())


@pytest.mark.parametrize("name", ["MNIST", ".hidden"])
def test_own_digits_are_not_called_mnist_or_nothing(tmp_path, digits, name):
    as_csv(tmp_path / name, *digits)
    (tmp_path / name / "mine.csv").rename(tmp_path / name / "images.csv")
    fetch.fetch(str(tmp_path / name), tmp_path / "raw", None, ())
    source = files.read_json(tmp_path / "raw" / files.SOURCE)
    assert source == {"dataset": f"digits of {name}"}


def write(seed, count):
    """Return digits as hands draw them that the training digits do not have."""
    hand = Hand(np.random.default_rng(seed))
    drawn = [hand.draw(60, 9) for _ in range(count)]
    images = np.stack([fit_ink(ink) for _, ink in drawn])
    return images, np.array([label for label, _ in drawn])


def read_with_two(train, images):
    """Return what the mean of two systems reads that learned from these digits."""
    systems = [
        SupportVectors(C=10, gamma=2, cells=5, blur=2, deskew=True, sharpness=18),
        NearestNeighbours(neighbours=1, deskew=True, blur=0.5),
    ]
    rows = np.stack(
        [
            one.fit(train["images"], train["labels"]).predict_proba(images)
            for one in systems
        ]
    )
    combiner = MeanCombiner().fit(rows, rows[0].argmax(1))
    return combiner.predict_proba(rows).argmax(1)


def test_what_users_corrected_makes_the_next_ensemble_better(tmp_path, labelled_digits):
    images, labels = labelled_digits
    unknown = {"writer": np.arange(len(labels)), "hsf": np.full(len(labels), -1)}
    train = {"images": images, "labels": labels.astype(np.uint8)} | unknown
    seen, truth = write(1, 400)
    wrong = read_with_two(train, seen) != truth
    store = Store(tmp_path / "feedback", 10_000_000)
    for image, label in zip(seen[wrong], truth[wrong], strict=True):
        store.keep(image, int(label))
    extra = prepare.read_extra(tmp_path / "feedback", tested=images[:0])
    larger, count = prepare.add_extra(train, *extra), len(extra[1])
    assert count == len({one.tobytes() for one in seen[wrong]})
    assert {len(column) for column in larger.values()} == {len(labels) + count}
    assert {key: one.dtype for key, one in larger.items()} == {
        key: one.dtype for key, one in train.items()
    }
    # By hands of their own, so that no fold holds what is like a digit of another.
    assert len(set(larger["writer"])) == len(labels) + count
    fresh, answers = write(2, 400)
    before = (read_with_two(train, fresh) != answers).sum()
    after = (read_with_two(larger, fresh) != answers).sum()
    assert after <= 0.8 * before


def test_a_test_digit_that_users_corrected_is_not_learned_from(
    tmp_path, digits, capsys
):
    images, labels = digits
    store = Store(tmp_path, 10_000_000)
    for image, label in zip(images[:3], labels[:3], strict=True):
        store.keep(image, int(label + 1) % 10)
    extra, _ = prepare.read_extra(tmp_path, tested=images[1:])
    np.testing.assert_array_equal(extra, images[:1])
    assert (
        capsys.readouterr().out == f"{tmp_path}: 2 are test digits, and are left out\n"
    )


def test_a_name_is_for_the_test_only_if_a_word_of_it_begins_so(tmp_path, digits):
    as_idx(tmp_path, *digits, part="latest")
    assert set(read_own(tmp_path)) == {"train", "test"}  # divided, for none is named
    as_idx(tmp_path, *(part[::2] for part in digits), part="test")
    parts = read_own(tmp_path)
    assert [len(parts[part][1]) for part in ("train", "test")] == [150, 75]
