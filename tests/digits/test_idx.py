"""The IDX reader refuses every kind of malformed file with an error of its own."""

import gzip
import struct
import zlib

import numpy as np
import pytest

from ensembles.digits import idx

IMAGES = np.arange(2 * 28 * 28, dtype=np.uint32).astype(np.uint8).reshape(2, 28, 28)
LABELS = np.array([7, 0], np.uint8)
TABLE = np.array([[7, 4, 2103, 0, 55, 1, 0, 0], [9, 0, -1, 1, 57, 2, 0, 0]], np.int32)


def pack(shape, payload, code=0x08, magic=b"\0\0"):
    """Write IDX by the book, independently of `ensembles.digits.idx`."""
    header = magic + struct.pack(f">BB{len(shape)}I", code, len(shape), *shape)
    return header + payload


def pack_images(count=2, height=28, width=28):
    return pack((count, height, width), bytes(count * height * width))


def pack_table(rows):
    payload = b"".join(struct.pack(f">{len(row)}i", *row) for row in rows)
    return pack((len(rows), len(rows[0])), payload, code=0x0C)


def flip(content, position):
    """Return a copy of the bytes with one of them inverted."""
    changed = bytearray(content)
    changed[position] ^= 0xFF
    return bytes(changed)


GOOD_IMAGES = pack(IMAGES.shape, IMAGES.tobytes())
GOOD_LABELS = pack(LABELS.shape, LABELS.tobytes())
ZIPPED = gzip.compress(GOOD_IMAGES)
HTML = b"<!doctype html><title>404</title>"
# name: reader, content, what the error must say
MALFORMED = {
    "empty": (idx.read_images, b"", "is empty"),
    "empty within gzip": (idx.read_images, gzip.compress(b""), "got nothing"),
    "one byte": (idx.read_labels, b"\0", "two zero bytes; got 00"),
    "truncated gzip": (idx.read_images, ZIPPED[:-20], "truncated gzip"),
    "gzip without its last byte": (idx.read_images, ZIPPED[:-1], "truncated gzip"),
    "only gzip's magic": (idx.read_images, ZIPPED[:2], "truncated gzip"),
    "truncated payload": (idx.read_images, GOOD_IMAGES[:-1], "truncated.*1568.*1567"),
    "truncated header": (idx.read_images, GOOD_IMAGES[:9], "within its header"),
    "bad gzip data": (idx.read_images, flip(ZIPPED, 12), "damaged gzip"),
    "bad gzip method": (idx.read_images, flip(ZIPPED, 2), "damaged gzip"),
    "bad CRC": (idx.read_images, flip(ZIPPED, -8), "damaged gzip.*data check"),
    "bad gzip length": (idx.read_images, flip(ZIPPED, -1), "damaged.*length check"),
    "HTML": (idx.read_images, HTML, "web page.*HTML"),
    "HTML after blanks": (idx.read_images, b"\xef\xbb\xbf\r\n " + HTML, "web page"),
    "wrong magic": (
        idx.read_labels,
        pack((2,), b"\1\2", magic=b"\1\0"),
        "two zero bytes; got 01 00 08 01",
    ),
    "not IDX within gzip": (idx.read_labels, gzip.compress(b"PK\3\4"), "not an IDX"),
    "unknown dtype": (idx.read_labels, pack((2,), bytes(2), code=0x55), "0x55"),
    "float labels": (idx.read_labels, pack((2,), bytes(8), code=0x0D), "got.*>f4"),
    "int labels": (idx.read_labels, pack((2,), bytes(8), code=0x0C), "got.*>i4"),
    "byte table": (idx.read_extended_labels, pack((2, 8), bytes(16)), "got.*uint8"),
    "more images in the header": (
        idx.read_images,
        pack((3, 28, 28), IMAGES.tobytes()),
        "truncated: its header says 3 × 28 × 28, which is 2352 bytes; got 1568",
    ),
    "dimensions beyond any memory": (
        idx.read_images,
        pack((2**32 - 1, 2**32 - 1, 2**32 - 1), b"\0"),
        "truncated",
    ),
    "four dimensions": (
        idx.read_images,
        pack((1, 1, 28, 28), bytes(784)),
        "4-dimensional",
    ),
    "no dimension": (idx.read_labels, pack((), b"\1"), "0-dimensional"),
    "trailing bytes": (idx.read_images, GOOD_IMAGES + b"\0", "trailing bytes"),
    "trailing bytes within gzip": (
        idx.read_images,
        gzip.compress(GOOD_IMAGES + b"!"),
        "trailing bytes: .*1568 bytes; got 1569",
    ),
    "trailing bytes after gzip": (idx.read_images, ZIPPED + b"abc", "3 trailing bytes"),
    "a second gzip": (idx.read_images, ZIPPED + ZIPPED, "trailing bytes after its"),
    "label above 9": (idx.read_labels, pack((3,), b"\1\2\x0a"), "got 10 at index 2"),
    "class above 9": (
        idx.read_extended_labels,
        pack_table([[3] * 8, [10] * 8]),
        "got 10 at index 1",
    ),
    "class below 0": (
        idx.read_extended_labels,
        pack_table([[-1] * 8]),
        "got -1 at index 0",
    ),
    "seven columns": (idx.read_extended_labels, pack_table([[3] * 7]), "8 columns.*7"),
    "images not 28 × 28": (idx.read_images, pack_images(1, 28, 27), "got 28 × 27"),
    "images of 20 × 20": (idx.read_images, pack_images(1, 20, 20), "got 20 × 20"),
    "labels for images": (idx.read_images, GOOD_LABELS, "got labels.*swapped"),
    "images for labels": (idx.read_labels, GOOD_IMAGES, "got images.*swapped"),
    "labels for the table": (idx.read_extended_labels, GOOD_LABELS, "got labels"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed(tmp_path, case):
    read, content, message = MALFORMED[case]
    path = tmp_path / "file.gz"
    path.write_bytes(content)
    with pytest.raises(idx.IdxError, match=message) as caught:
        read(path)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize(
    "read", [idx.read_images, idx.read_labels, idx.read_extended_labels]
)
def test_gzip_bomb(tmp_path, monkeypatch, read):
    monkeypatch.setattr(idx, "MAX_BYTES", 1 << 20)
    path = tmp_path / "bomb.gz"
    packer = zlib.compressobj(9, wbits=31)
    path.write_bytes(packer.compress(bytes(64 << 20)) + packer.flush())
    with pytest.raises(idx.IdxError, match="unpacks to more than 1 MiB"):
        read(path)


def test_oversized_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(idx.MAX_BYTES + 1)  # sparse: takes no room on the disk
    monkeypatch.setattr(type(path), "read_bytes", lambda self: pytest.fail("was read"))
    with pytest.raises(idx.IdxError, match=r"oversized, 268,435,457 bytes"):
        idx.read_images(path)


def test_folder_in_place_of_a_file(tmp_path):
    with pytest.raises(idx.IdxError, match="is a folder"):
        idx.read_labels(tmp_path)


def test_absent(tmp_path):
    with pytest.raises(idx.IdxError, match="no such file; fetch it"):
        idx.read_labels(tmp_path / "absent")


def test_no_permission(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(GOOD_LABELS)

    def refuse(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(type(path), "read_bytes", refuse)
    with pytest.raises(idx.IdxError, match="no permission"):
        idx.read_labels(path)


@pytest.mark.parametrize(("images", "labels"), [(3, 2), (2, 3), (0, 1)])
def test_counts_that_differ(images, labels):
    with pytest.raises(idx.IdxError, match=f"train: {images} images but {labels} lab"):
        idx.check_pair(np.zeros((images, 28, 28)), np.zeros(labels), "train")


def test_counts_that_agree():
    assert idx.check_pair(IMAGES, LABELS, "train") is None  # nothing is raised


@pytest.mark.parametrize("pack_file", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize(
    ("read", "content", "expected"),
    [
        (idx.read_images, GOOD_IMAGES, IMAGES),
        (idx.read_labels, GOOD_LABELS, LABELS),
        (idx.read_extended_labels, pack_table(TABLE.tolist()), TABLE),
        (idx.read_labels, pack((0,), b""), np.zeros(0, np.uint8)),
    ],
    ids=["images", "labels", "table", "none"],
)
def test_read(tmp_path, pack_file, read, content, expected):
    path = tmp_path / "file"
    path.write_bytes(pack_file(content))
    got = read(path)
    assert got.dtype == expected.dtype
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize(
    ("read", "array", "plain"),
    [(idx.read_images, IMAGES, GOOD_IMAGES), (idx.read_labels, LABELS, GOOD_LABELS)],
    ids=["images", "labels"],
)
def test_write(tmp_path, read, array, plain):
    first, second = tmp_path / "first.gz", tmp_path / "second.gz"
    for path in (first, second):
        idx.write_idx(path, array)
    assert gzip.decompress(first.read_bytes()) == plain
    assert first.read_bytes() == second.read_bytes()
    np.testing.assert_array_equal(read(first), array)
