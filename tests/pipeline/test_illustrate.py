"""The documents' pictures show what they say, and are those of the training digits."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import center_of_mass
from scipy.stats import linregress

from ensembles.digits import idx
from pipeline.commands import illustrate
from pipeline.documents import descent, hands, lessons, results, sketches
from pipeline.documents.languages import FRENCH, LANGUAGES
from pipeline.documents.training_digits import TrainingDigits, _slant
from pipeline.frame import files, params

ROOT = Path(__file__).parents[2]


def test_a_filter_is_laid_on_each_place(labelled_digits):
    image = labelled_digits[0][0] / 255
    found = lessons.apply_filter(image, lessons.SOBEL)
    assert found.shape == (26, 26)
    for row, column in ((0, 0), (7, 11), (25, 25)):
        under = image[row : row + 3, column : column + 3]
        assert found[row, column] == pytest.approx((under * lessons.SOBEL).sum())


def test_the_filter_answers_where_ink_begins_from_the_left():
    step = np.zeros((5, 6))
    step[:, 3:] = 1
    assert lessons.apply_filter(step, lessons.SOBEL)[0].tolist() == [0, 1, 1, 0]
    assert lessons.apply_filter(step, lessons.SOBEL.T).any() == False  # noqa: E712


def test_pooling_by_hand():
    values = np.array([[1, 2, 0, 9], [3, 4, 0, 9], [5, 5, 1, 9], [5, 5, 3, 9]])
    assert lessons.pool(values[:, :3], np.max).tolist() == [[4], [5]]
    assert lessons.pool(values, np.mean).tolist() == [[2.5, 4.5], [5, 5.5]]


def test_plain_descent_follows_the_formula():
    from keras.optimizers import SGD

    path = descent.descend(SGD(0.01), 5)
    shrink = np.array([1 - 0.01, 1 - 0.01 * descent.STEEP])
    expected = [np.array(descent.START) * shrink**step for step in range(6)]
    np.testing.assert_allclose(path, expected, rtol=1e-5, atol=1e-6)


def test_adam_follows_the_formula():
    from keras.optimizers import Adam

    path = descent.descend(Adam(0.3), 8)
    place, m, v = np.array(descent.START), np.zeros(2), np.zeros(2)
    for step in range(1, 9):
        gradient = place * [1, descent.STEEP]
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        place = place - 0.3 * (m / (1 - 0.9**step)) / (
            np.sqrt(v / (1 - 0.999**step)) + 1e-7
        )
        np.testing.assert_allclose(path[step], place, rtol=1e-4, atol=1e-4)


def test_normalised_signals_keep_their_size(labelled_digits):
    images = labelled_digits[0][:300]
    free, held = (
        [lessons.spread_by_layer(images, size, normalise) for size in (0.6, 1.8)]
        for normalise in (False, True)
    )
    # Twice the weights, twice the signals, in each of twelve layers.
    ratio = free[1][-1] / free[0][-1]
    assert ratio == pytest.approx(3**12)
    # Half of a normal variable's square is left by ReLU.
    np.testing.assert_allclose(held[0], np.sqrt(1 / 2), rtol=0.05)
    np.testing.assert_allclose(held[0], held[1], rtol=1e-6)


def test_chance_of_a_majority():
    error = 0.01
    by_hand = 3 * error**2 * (1 - error) + error**3
    assert lessons.beyond_chance(error, 3) == pytest.approx(by_hand)
    assert lessons.beyond_chance(error, 1) == pytest.approx(error)


def test_a_moved_digit_changes_all_of_what_is_narrow():
    dots = np.zeros((1, 28, 28))
    dots[0, 8::8, 10:20:8] = 1
    changes = lessons.changes_when_moved(dots)
    assert changes["map"] > changes["max4"]
    assert lessons.changes_when_moved(np.ones((1, 28, 28)) + dots)["map"] > 0


def test_slant_is_that_of_a_line():
    line = np.zeros((28, 28), np.uint8)
    rows = np.arange(6, 22)
    columns = np.rint(20 - 0.5 * (rows - 6)).astype(int)
    line[rows, columns] = 255
    assert center_of_mass(line)[0] == pytest.approx(13.5)
    fitted = -linregress(rows, columns).slope
    assert _slant(line) == pytest.approx(fitted)


@pytest.fixture(scope="module")
def digits():
    """Read MNIST's training digits from its own files."""
    folder = Path(os.environ.get("DIGITS_DATA_DIR", "absent"))
    labels = folder / "qmnist/qmnist-train-labels-idx2-int.gz"
    if not labels.is_file():
        pytest.skip("DIGITS_DATA_DIR has no MNIST and QMNIST")
    extended = idx.read_extended_labels(labels)[:60_000]
    images = idx.read_images(folder / "mnist/train-images-idx3-ubyte.gz")
    return TrainingDigits(
        "MNIST", images, extended[:, 0], extended[:, 2], extended[:, 1]
    )


@pytest.fixture(scope="module")
def study(digits):
    before = Path.cwd()
    os.chdir(ROOT)
    used = params.load(Path("params.yaml")).augment.deformations["elastic"]
    yield illustrate.study(digits, used)
    os.chdir(before)


def test_what_was_measured_is_what_is_measured(study):
    measured = files.read_json(ROOT / results.LESSONS)
    assert measured.pop("dataset") == "MNIST"
    del measured["writers"]  # of the last run
    found = study[1]
    assert measured.keys() == found.keys()
    for part, figures in found.items():
        assert measured[part] == pytest.approx(figures, rel=1e-3), part


def test_digits_and_writers_are_counted(digits, study):
    told = study[1]["digits"]
    counts = Counter(digits.labels.tolist()).most_common()
    assert (told["commonest"], told["most"]) == counts[0]
    assert (told["rarest"], told["fewest"]) == counts[-1]
    assert told["writers"] == len(set(digits.writer.tolist()))
    assert told["staff"] + told["students"] == told["number"] == 60_000


def test_errors_by_writer_are_those_of_the_release_and_of_the_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    kept = files.read_json(results.LESSONS)["writers"]
    card = files.read_json(files.RELEASE / "card.json")
    assert kept["out_of_fold"]["errors"] == card["out_of_fold_errors"]
    assert kept["released"]["errors"] == card["test_errors"]
    if files.TRAIN.is_file() and files.TEST.is_file():
        found = hands.measure()
        assert found.keys() == kept.keys()
        for part, figures in found.items():
            assert kept[part] == pytest.approx(figures), part


@pytest.mark.parametrize("code", illustrate.FOLDERS)
def test_the_pictures_are_those_that_are_drawn(study, code, tmp_path):
    for name, draw in study[0].items():
        files.write_figure(tmp_path / "drawn.png", draw(say=LANGUAGES[code]))
        drawn, kept = (
            np.asarray(Image.open(place).convert("L"), float)
            for place in (tmp_path / "drawn.png", picture(code, name))
        )
        assert drawn.shape == kept.shape, name
        assert np.abs(drawn - kept).mean() < 1, name


def picture(code, name):
    return ROOT / illustrate.FOLDERS[code] / f"{name}.png"


def test_every_word_of_french_is_used():
    places = [*(ROOT / "pipeline/documents").glob("*.py"), Path(illustrate.__file__)]
    used = "".join(p.read_text() for p in places if p.name != "languages.py")
    # The words of tables lie in the tables.
    for table in ("docs/published.csv", "reports/benchmarks.json"):
        used += (ROOT / table).read_text()
    spare = [word for word in FRENCH if word not in used]
    assert {word for word in spare if not word.endswith(" normalisation")} == set()


def test_numbers_in_pictures_are_short():
    assert sketches._decimal(-0.0059, LANGUAGES["fr"]) == "−0,01"
    assert sketches._decimal(-0.0, LANGUAGES["en"]) == "0"
