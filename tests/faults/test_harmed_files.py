"""A file that was cut, changed or lost between stages is refused by its name."""

import shutil
from pathlib import Path

import few_digits
import pytest

from pipeline import augment, fetch, prepare, train
from pipeline.frame import params

PASS = "data/augmented/elastic/pass-01.npy"
RAW = "data/raw/train-images-idx3-ubyte.gz"


@pytest.fixture(scope="module")
def whole(tmp_path_factory, labelled_digits):
    """Return a folder in which few digits were prepared and deformed."""
    folder = tmp_path_factory.mktemp("whole")
    few_digits.ask_for(folder, *labelled_digits)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        asked = params.load()
        for stage in (fetch, prepare, augment):
            stage.main(asked)
    return folder


@pytest.fixture
def asked(whole, tmp_path, monkeypatch):
    """Return the parameters, in a copy of that folder."""
    monkeypatch.chdir(shutil.copytree(whole, tmp_path / "copy"))
    return params.load()


def harm(place, how):
    content = place.read_bytes()
    middle = len(content) // 2
    if how == "lost":
        place.unlink()
    elif how == "cut":
        place.write_bytes(content[:middle])
    else:
        changed = bytes([content[middle] ^ 255])
        place.write_bytes(content[:middle] + changed + content[middle + 1 :])


@pytest.mark.parametrize("how", ["cut", "changed", "lost"])
@pytest.mark.parametrize(
    ("name", "stage"),
    [
        (RAW, "prepare"),
        ("data/train.npz", "augment"),
        ("data/train.npz", "train"),
        (PASS, "train"),
        ("data/augmented/card.json", "train"),
    ],
)
def test_it_is_refused_by_name(asked, name, stage, how):
    place = Path(name)
    harm(place, how)
    call = {
        "prepare": lambda: prepare.main(asked),
        "augment": lambda: augment.main(asked),
        "train": lambda: train.main(asked, "pooled"),
    }
    with pytest.raises((ValueError, FileNotFoundError)) as raised:
        call[stage]()
    assert place.name in str(raised.value)
    assert list(Path("models").glob("members/pooled/[0-9]*")) == []
