"""Files of digits: each form holds the same digits, and what would harm is refused."""

import gzip
import io
import pickle
import struct
import zipfile

import numpy as np
import pytest

from ensembles.digits.arrays import DigitsError, as_digits
from ensembles.digits.digit_files import holds_digits, read_digit_files

MAX_BYTES = 8 << 20
IMAGES = np.random.default_rng(0).integers(0, 256, (12, 28, 28)).astype(np.uint8)
LABELS = np.arange(12) % 10


def read(content, max_bytes=MAX_BYTES, max_digits=1000):
    return read_digit_files(content, "file", max_bytes, max_digits)


def idx(array, code=0x08, order=">"):
    kind = {0x08: "u1", 0x09: "i1", 0x0B: "i2", 0x0C: "i4", 0x0D: "f4", 0x0E: "f8"}
    header = struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape)
    return header + array.astype(order + kind[code]).tobytes()


def npy(array):
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def npz(**arrays):
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


def packed(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def table(delimiter=",", header=True, labels="first", end="\n"):
    names = [f"pixel{i}" for i in range(784)]
    rows = [list(map(str, image.ravel())) for image in IMAGES]
    if labels == "first":
        names = ["label", *names]
        rows = [[str(k), *row] for k, row in zip(LABELS, rows, strict=True)]
    elif labels == "last":
        names = [*names, "class"]
        rows = [[*row, str(k)] for k, row in zip(LABELS, rows, strict=True)]
    lines = [names, *rows] if header else rows
    return "".join(delimiter.join(line) + end for line in lines).encode()


# What holds the same twelve digits, and whether their labels too
SAME = {
    "IDX": (idx(IMAGES), False),
    "IDX, gzipped": (gzip.compress(idx(IMAGES)), False),
    "IDX of four dimensions": (idx(IMAGES[..., None]), False),
    "IDX, flat": (idx(IMAGES.reshape(12, 784)), False),
    "IDX of floats": (idx(IMAGES, 0x0D), False),
    "IDX of floats, as the machine has them": (idx(IMAGES, 0x0D, "<"), False),
    "IDX of doubles": (idx(IMAGES, 0x0E), False),
    "IDX of 16 bits": (idx(IMAGES, 0x0B), False),
    "IDX of 32 bits": (idx(IMAGES, 0x0C), False),
    "npy": (npy(IMAGES), False),
    "npy, columns first": (npy(np.asfortranarray(IMAGES)), False),
    "npy of floats, channels first": (npy(IMAGES[:, None].astype(np.float32)), False),
    "npy, gzipped": (gzip.compress(npy(IMAGES.reshape(12, 784))), False),
    "npz": (npz(images=IMAGES, labels=LABELS), True),
    "npz of images alone": (npz(arr_0=IMAGES), False),
    "Kaggle's train.csv": (table(), True),
    "Kaggle's test.csv": (table(labels=None), False),
    "without a header": (table(header=False), True),
    "without both": (table(header=False, labels=None), False),
    "OpenML's": (table(labels="last"), True),
    "semicolons": (table(";"), True),
    "tabs, as Windows writes": (b"\xef\xbb\xbf" + table("\t", end="\r\n"), True),
    "a table, gzipped": (gzip.compress(table()), True),
    "zip": (packed(images=idx(IMAGES), labels=idx(LABELS), readme=b"hello"), True),
    "zip of gzipped": (packed(a=gzip.compress(idx(IMAGES))), False),
    "zip of a table": (packed(train=table(), sample=b"ImageId,Label\n1,0\n"), True),
    "zip that leads elsewhere": (packed(**{"../../etc/x": idx(IMAGES)}), False),
}


@pytest.mark.parametrize("case", SAME)
def test_every_form_holds_the_same_digits(case):
    content, labelled = SAME[case]
    assert holds_digits(content[:4096])
    (found,) = read(content)
    np.testing.assert_array_equal(found.digits, IMAGES)
    assert found.scaled_from is None
    assert (found.labels is not None) == labelled
    if labelled:
        np.testing.assert_array_equal(found.labels, LABELS)


def test_one_digit_and_several_files():
    (one,) = read(idx(IMAGES[0]))
    np.testing.assert_array_equal(one.digits, IMAGES[:1])
    both = npz(x_train=IMAGES, y_train=LABELS, x_test=IMAGES[:5], y_test=LABELS[:5])
    train, test = read(both)
    assert (train.name, test.name) == ("file/x_train.npy", "file/x_test.npy")
    np.testing.assert_array_equal(train.labels, LABELS)
    np.testing.assert_array_equal(test.labels, LABELS[:5])


class Harm:
    def __reduce__(self):
        return pytest.fail, ("a pickle was opened",)


def header_of(shape):
    """Return an .npy that claims a shape, and has no numbers."""
    stream = io.BytesIO()
    described = {"descr": "|u1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, described)
    return stream.getvalue()


BOMB = bytes(MAX_BYTES + 1)
REFUSED = {
    "a pickle in .npy": (npy(np.array([Harm()], object)), "may run code"),
    "a pickle in .npz": (npz(x=np.array([Harm()], object)), "may run code"),
    "a shape that lies": (header_of((10**12, 28, 28)), "bytes must follow its header"),
    "gzip bomb": (gzip.compress(BOMB), "unpacks to more than 8 MiB"),
    "zip bomb": (packed(a=BOMB), "unpacks to more than 8 MiB"),
    "zip of gzip bombs": (packed(a=gzip.compress(BOMB)), "unpacks to more than 8 MiB"),
    "many files": (packed(**dict.fromkeys(map(str, range(101)), b"")), "100 files"),
    "zip in a zip": (packed(a=packed(b=idx(IMAGES))), "a zip in a zip"),
    "zip of nothing": (packed(readme=b"hello"), "no digits in it"),
    "damaged zip": (packed(a=idx(IMAGES))[:-30], "damaged or encrypted zip"),
    "damaged gzip": (gzip.compress(idx(IMAGES))[:-9], "truncated gzip"),
    "a second gzip": (gzip.compress(idx(IMAGES)) * 2, "trailing bytes after its gzip"),
    "labels alone": (idx(LABELS), r"got \(12,\)"),
    "no digits": (npz(images=IMAGES[:0], labels=LABELS[:0]), "it holds no digit"),
    "another size": (idx(IMAGES[:, :27]), r"got \(12, 27, 28\)"),
    "columns": (b"a,b,c\n1,2,3\n", "784 pixels, and may have a label; got 3 columns"),
    "a line that never ends": (b"1," + b"2" * 200_000, "784 pixels.*got 1 columns"),
    "text in a row": (table().replace(b"\n1,", b"\nx,", 1), "from row 1 on"),
    "a short row": (table() + b"1,2\n", "from row 1 on|rows"),
    "labels beyond 9": (table().replace(b"\n1,", b"\n17,", 1), "must be 0 to 9"),
    "below zero": (idx(IMAGES.astype(int) - 9, 0x0C), "normalised them"),
    "not a number": (npy(np.full((2, 28, 28), np.nan)), "got nan to nan"),
    "none": (npy(IMAGES[:0]), "holds no digit"),
    "too many": (npy(np.zeros((1001, 28, 28), np.uint8)), "at most 1,000 digits"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case):
    content, message = REFUSED[case]
    with pytest.raises(DigitsError, match=message):
        read(content)


def test_archives_are_bounded_together():
    whole = npy(np.zeros((6000, 28, 28), np.uint8))
    members = {str(i): gzip.compress(whole) for i in range(3)}
    with pytest.raises(DigitsError, match="unpacks to more than"):
        read(packed(a=members["0"]), max_bytes=len(whole) - 200, max_digits=10_000)
    found = read(packed(**members), max_bytes=2 * len(whole), max_digits=10_000)
    assert len(found) == 2


@pytest.mark.parametrize(
    "head",
    [
        b"\0\0\0\x1cftypheic",  # telephones' pictures
        b"\0\0\1\0\1\0\x10\x10",  # ICO
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"II*\0",
        b"hello",
        b"%PDF-1.7",
        b"<svg a='1', b='2'>",
        pickle.dumps([1, 2, 3]),
        b"\0\0\x08",  # as IDX begins
        b"",
    ],
)
def test_what_is_no_file_of_digits(head):
    assert not holds_digits(head)


@pytest.mark.parametrize("full", [1, 16, 255])
@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32])
def test_ranges(full, kind):
    coarse = np.rint(IMAGES / 255 * full).astype(kind)
    digits, scaled_from = as_digits(coarse, "x")
    np.testing.assert_array_equal(digits, np.rint(coarse * (255 / full)))
    assert scaled_from == (None if full == 255 else full)


def test_fractions():
    digits, scaled_from = as_digits(IMAGES / 255, "x")
    np.testing.assert_array_equal(digits, IMAGES)
    assert scaled_from == 1
