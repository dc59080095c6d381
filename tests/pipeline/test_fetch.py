"""Fetching: the order of the places, what each may do wrong, and what is left."""

import gzip
import hashlib
import json
import socket
import struct

import numpy as np
import pytest
from sklearn.datasets import load_digits

from ensembles.digits import idx
from ensembles.digits.idx_format import parse_array
from pipeline import fetch, obtaining, published
from pipeline.hard_digits import is_mnist

HTML = b"<html><body>Not here</body></html>"


def pack(*shape):
    payload = bytes(i % 10 for i in range(int(np.prod(shape))))
    header = struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape)
    return gzip.compress(header + payload, mtime=0)


CONTENT = {
    "t10k-images-idx3-ubyte.gz": (pack(2, 28, 28), idx.read_images),
    "t10k-labels-idx1-ubyte.gz": (pack(2), idx.read_labels),
    "qmnist-labels.gz": (pack(7), idx.read_labels),
}
LABELS = "t10k-labels-idx1-ubyte.gz"


def make_sources(*mirrors):
    return [
        published.Source(
            name,
            hashlib.sha256(gzip.decompress(content)).hexdigest(),
            mirrors,
            read,
            not name.startswith("qmnist"),
        )
        for name, (content, read) in CONTENT.items()
    ]


def fill(folder, *below):
    """Put the right files into a folder, flat or below those named."""
    for name, (content, _) in CONTENT.items():
        kind = "qmnist" if name.startswith("qmnist") else "mnist"
        place = folder / kind if kind in below else folder
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return str(folder)


def listing(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def is_complete(raw):
    found = listing(raw)
    assert json.loads(found.pop("source.json")) == {"dataset": "MNIST"}
    return found == {name: content for name, (content, _) in CONTENT.items()}


@pytest.fixture
def raw(tmp_path):
    return tmp_path / "data" / "raw"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def right(name, turn):
    content = CONTENT[name][0]
    return 200, content, len(content)


def closed_mirror():
    """Return an address on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/"


# What a mirror may answer instead of a file, and what the error says of it
WRONG = {
    "404": (lambda name, turn: (404, HTML, len(HTML)), "404 Client Error"),
    "503": (lambda name, turn: (503, b"", 0), "503 Server Error"),
    "HTML": (lambda name, turn: (200, HTML, len(HTML)), "is a web page"),
    "empty": (lambda name, turn: (200, b"", 0), "is empty"),
    "cut": (lambda name, turn: (200, CONTENT[name][0][:-9], 9999), "IncompleteRead"),
    "truncated": (
        lambda name, turn: (200, CONTENT[name][0][:-9], len(CONTENT[name][0]) - 9),
        "truncated gzip",
    ),
    "another": (lambda name, turn: (200, pack(3), len(pack(3))), "expected"),
}


def test_right_files_are_left_alone(raw):
    fill(raw)
    before = {path: path.stat().st_mtime_ns for path in raw.iterdir()}
    fetch.fetch("mnist", raw, None, make_sources())
    assert is_complete(raw)
    assert {path: path.stat().st_mtime_ns for path in before} == before


@pytest.mark.parametrize("below", [(), ("mnist", "qmnist"), ("mnist",)])
def test_folder(raw, tmp_path, below):
    folder = fill(tmp_path / "mine", *below)
    fetch.fetch("mnist", raw, folder, make_sources())
    assert is_complete(raw)


def test_folder_replaces_a_wrong_file(raw, tmp_path):
    fill(raw)
    (raw / LABELS).write_bytes(pack(3))
    fetch.fetch("mnist", raw, fill(tmp_path / "mine"), make_sources())
    assert is_complete(raw)


def test_folder_comes_before_the_mirrors(raw, tmp_path, start_mirror):
    mirror, asked = start_mirror(right)
    fetch.fetch("mnist", raw, fill(tmp_path / "mine"), make_sources(mirror))
    assert is_complete(raw)
    assert not asked


def test_a_folder_that_is_named_binds(raw, tmp_path, start_mirror):
    mirror, asked = start_mirror(right)
    folder = fill(tmp_path / "mine")
    (tmp_path / "mine" / LABELS).unlink()
    for source in ("auto", "mnist"):
        with pytest.raises(
            obtaining.FetchError,
            match=f"DIGITS_DATA_DIR is {folder}, which does not hold {LABELS}",
        ):
            fetch.fetch(source, raw, folder, make_sources(mirror))
        assert not (raw / "source.json").exists()
    assert not asked


def test_a_folder_that_is_not_there_is_told_with_all_it_should_hold(raw, tmp_path):
    with pytest.raises(obtaining.FetchError) as caught:
        fetch.fetch("auto", raw, str(tmp_path / "absent"), make_sources())
    for name, _ in zip(CONTENT, range(2), strict=False):
        assert name in str(caught.value)
    assert "torchvision or Keras" in str(caught.value)


PLAIN = {name: gzip.decompress(content) for name, (content, _) in CONTENT.items()}


def dotted(name):
    return name.removesuffix(".gz").replace("-idx", ".idx")


# Where a file lies, and whether packed
LAID = {
    "unpacked": (lambda name: name.removesuffix(".gz"), False),
    "dots": (dotted, False),
    "dots, packed": (lambda name: f"{dotted(name)}.gz", True),
    "torchvision's": (lambda name: f"MNIST/raw/{name.removesuffix('.gz')}", False),
    "torchvision's, packed": (lambda name: f"MNIST/raw/{name}", True),
    "raw": (lambda name: f"raw/{name}", True),
}


@pytest.mark.parametrize("case", LAID)
def test_files_as_others_keep_them(raw, tmp_path, case, monkeypatch):
    place, packed = LAID[case]
    for name, plain in PLAIN.items():
        path = tmp_path / "mine" / place(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(CONTENT[name][0] if packed else plain)
    monkeypatch.setenv("HOME", str(tmp_path))
    fetch.fetch("mnist", raw, "~/mine", make_sources())
    found = listing(raw)
    assert json.loads(found.pop("source.json")) == {"dataset": "MNIST"}
    assert {name: gzip.decompress(found[name]) for name in found} == PLAIN
    before = listing(raw)
    fetch.fetch("mnist", raw, None, make_sources())
    assert listing(raw) == before


def test_the_archive_that_keras_keeps(raw, tmp_path, capsys):
    images, labels = (parse_array(PLAIN[name], name) for name in list(CONTENT)[:2])
    np.savez(tmp_path / "mnist.npz", x_test=images, y_test=labels)
    fetch.fetch("auto", raw, str(tmp_path), make_sources())
    found = listing(raw)
    assert json.loads(found.pop("source.json"))["dataset"] == "MNIST, folds at random"
    assert {gzip.decompress(one) for one in found.values()} == {
        PLAIN[name] for name in list(CONTENT)[:2]
    }
    np.savez(tmp_path / "mnist.npz", x_test=images[::-1], y_test=labels)
    for path in raw.iterdir():
        path.unlink()
    with pytest.raises(idx.IdxError, match="its `x_test` differs from t10k-images"):
        fetch.fetch("auto", raw, str(tmp_path), make_sources())


@pytest.mark.parametrize("source", ["auto", "mnist"])
def test_mnist_without_writers_is_said(raw, tmp_path, capsys, source):
    folder = fill(tmp_path / "mine")
    (tmp_path / "mine" / "qmnist-labels.gz").unlink()
    fetch.fetch(source, raw, folder, make_sources())
    written = json.loads((raw / "source.json").read_text())
    assert written == {"dataset": "MNIST, folds at random"}
    assert is_mnist(written["dataset"])
    said = capsys.readouterr().err
    assert "qmnist-labels.gz" in said
    assert "FOLDS ARE RANDOM" in said


@pytest.mark.parametrize("case", [*WRONG, "closed"])
def test_second_mirror(raw, start_mirror, case):
    first = closed_mirror() if case == "closed" else start_mirror(WRONG[case][0])[0]
    second, asked = start_mirror(right)
    fetch.fetch("mnist", raw, None, make_sources(first, second))
    assert is_complete(raw)
    assert asked == dict.fromkeys(CONTENT, 1)


def test_retry(raw, start_mirror):
    def second_time(name, turn):
        return right(name, turn) if turn > 1 else (503, b"", 0)

    mirror, asked = start_mirror(second_time)
    fetch.fetch("mnist", raw, None, make_sources(mirror))
    assert is_complete(raw)
    assert asked == dict.fromkeys(CONTENT, 2)


@pytest.mark.parametrize("case", WRONG)
def test_every_place_tried_is_named(raw, start_mirror, case):
    answer, message = WRONG[case]
    first, asked = start_mirror(answer)
    second = closed_mirror()
    with pytest.raises(obtaining.FetchError) as caught:
        fetch.fetch("mnist", raw, None, make_sources(first, second))
    name = next(iter(CONTENT))
    said = str(caught.value)
    for expected in (
        f"{name} could not be had",
        f"{raw / name}: missing",
        "DIGITS_DATA_DIR: not set",
        first + name,
        second + name,
        message,
        "Get the files by hand",
    ):
        assert expected in said
    assert f".{name[:4]}" not in said  # the passing name of the draft
    assert asked == {name: obtaining.ATTEMPTS}
    assert listing(raw) == {}


def test_failure_keeps_whole_files_and_no_mark(raw, start_mirror):
    def all_but_labels(name, turn):
        return (404, b"", 0) if name == LABELS else right(name, turn)

    mirror, _ = start_mirror(all_but_labels)
    raw.mkdir(parents=True)
    (raw / "source.json").write_text('{"dataset": "scikit-learn digits"}')
    with pytest.raises(obtaining.FetchError, match=f"{LABELS} .*(?s:.*)not set"):
        fetch.fetch("mnist", raw, None, make_sources(mirror))
    name = next(iter(CONTENT))
    assert listing(raw) == {name: CONTENT[name][0]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (HTML, "is a web page"),
        (CONTENT[LABELS][0][:-1], "truncated gzip"),
        (pack(1, 28, 28), "images and labels are swapped"),
        (pack(3), "SHA-256"),
        (None, "is a folder"),
    ],
    ids=["empty", "html", "truncated", "swapped", "digest", "folder"],
)
@pytest.mark.parametrize("source", ["auto", "mnist"])
def test_damaged_file_in_the_folder(
    raw, tmp_path, start_mirror, content, message, source
):
    mirror, asked = start_mirror(right)
    folder = fill(tmp_path / "mine")
    bad = tmp_path / "mine" / LABELS
    bad.unlink()
    if content is None:
        bad.mkdir()
    else:
        bad.write_bytes(content)
    with pytest.raises(idx.IdxError, match=f"^{bad}: .*{message}"):
        fetch.fetch(source, raw, folder, make_sources(mirror))
    assert not asked
    assert set(listing(raw)) == {next(iter(CONTENT))}


def test_folder_in_place_of_a_raw_file(raw, tmp_path):
    (raw / LABELS).mkdir(parents=True)
    with pytest.raises(idx.IdxError, match=f"{LABELS}: is a folder.*remove it"):
        fetch.fetch("auto", raw, fill(tmp_path / "mine"), make_sources())


def test_raw_that_cannot_be_written(raw):
    raw.parent.write_bytes(b"a file where the folder should be")
    with pytest.raises(obtaining.FetchError, match="check the owner"):
        fetch.fetch("auto", raw, None, make_sources())


def test_no_permission(raw, tmp_path, monkeypatch):
    folder = fill(tmp_path / "mine")

    def refuse(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(type(raw), "read_bytes", refuse)
    with pytest.raises(idx.IdxError, match="no permission"):
        fetch.fetch("auto", raw, folder, make_sources())
    assert list(raw.iterdir()) == []


def test_embedded_digits_come_loudly(raw, capsys):
    fetch.fetch("auto", raw, None, make_sources(closed_mirror()))
    said = capsys.readouterr().err
    assert "INSTEAD OF MNIST, THE 1797 DIGITS OF SCIKIT-LEARN ARE USED" in said
    assert "could not be had" in said
    assert json.loads((raw / "source.json").read_text()) == {
        "dataset": "scikit-learn digits"
    }
    parts = ["train", "t10k"]
    images = [idx.read_images(raw / f"{part}-images-idx3-ubyte.gz") for part in parts]
    labels = [idx.read_labels(raw / f"{part}-labels-idx1-ubyte.gz") for part in parts]
    assert [len(part) for part in images] == [1438, 359]
    np.testing.assert_array_equal(np.concatenate(labels), load_digits().target)
    assert np.concatenate(images).max((1, 2)).tolist() == [255] * 1797
    assert len(list(raw.iterdir())) == 5


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_bar(raw, start_mirror, monkeypatch, capsys, terminal):
    mirror, _ = start_mirror(right)
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    fetch.fetch("mnist", raw, None, make_sources(mirror))
    assert ("100%" in capsys.readouterr().err) == terminal


def test_published_sources():
    wanted = {source.name: source for source in published.SOURCES}
    assert len(wanted) == 6
    for source in wanted.values():
        assert len(source.mirrors) >= 2
        assert all(url.startswith("https://") for url in source.mirrors)
        assert all(url.endswith("/") for url in source.mirrors)
        assert len(bytes.fromhex(source.sha256)) == 32
