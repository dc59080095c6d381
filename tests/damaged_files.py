"""Small files of every format that is read, and ways in which files get damaged."""

import gzip
import io
import zipfile

import heic
import numpy as np
from PIL import Image
from web import draw

from ensembles.digits.idx import to_idx

OPTIONS = {
    "PNG": [{}, {"mode": "RGBA"}, {"mode": "P"}, {"mode": "1"}, {"mode": "I;16"}],
    "JPEG": [{}, {"mode": "RGB"}, {"mode": "CMYK"}, {"progressive": True}],
    "WEBP": [{"mode": "RGB"}, {"mode": "RGBA", "lossless": True}],
    "GIF": [{}, {"mode": "RGBA"}],
    "BMP": [{}, {"mode": "RGB"}, {"mode": "1"}],
    "TIFF": [{}, {"mode": "RGB", "compression": "jpeg"}, {"compression": "tiff_lzw"}],
    "AVIF": [{"mode": "RGB"}],
    "ICO": [{"mode": "RGBA"}],
}
"""Of Pillow's formats: in which modes, and how saved."""

DIGITS = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)


def in_format(kind):
    """Return small sound files of one of `FORMATS`."""
    if kind in OPTIONS:
        return [as_picture(kind, **option) for option in OPTIONS[kind]]
    return [heic.UPRIGHT, heic.LYING] if kind == "HEIF" else [OF_DIGITS[kind]()]


def as_picture(kind, mode="L", **saved):
    stream = io.BytesIO()
    convert(draw(), mode).save(stream, kind, **saved)
    return stream.getvalue()


def convert(picture, mode):
    if mode == "I;16":
        return Image.fromarray(np.asarray(picture).astype(np.uint16) * 257)
    return picture.convert(mode)


def as_csv():
    stream = io.StringIO()
    header = ",".join(f"pixel{number}" for number in range(784))
    rows = DIGITS.reshape(len(DIGITS), -1)
    np.savetxt(stream, rows, "%d", ",", header=header, comments="")
    return stream.getvalue().encode()


def as_npy():
    stream = io.BytesIO()
    np.save(stream, DIGITS)
    return stream.getvalue()


def as_npz():
    stream = io.BytesIO()
    np.savez_compressed(stream, images=DIGITS)
    return stream.getvalue()


def as_gz():
    return gzip.compress(to_idx(DIGITS), mtime=0)


def as_zip():
    stream = io.BytesIO()
    files = {"digits.csv": as_csv(), "digits-idx3-ubyte": to_idx(DIGITS)}
    with zipfile.ZipFile(stream, "w") as packed:
        for name, content in files.items():
            # A name alone would be dated today.
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


OF_DIGITS = {
    "CSV": as_csv,
    "IDX": lambda: to_idx(DIGITS),
    "GZ": as_gz,
    "NPY": as_npy,
    "NPZ": as_npz,
    "ZIP": as_zip,
}
FORMATS = (*OPTIONS, "HEIF", *OF_DIGITS)


def mutate(content, other, rng):
    """Damage a file in one of the ways in which files get damaged, or are made to."""
    content = bytearray(content)
    at = rng.randrange(len(content))
    kind = rng.randrange(6)
    if kind == 0:
        return bytes(content[:at])
    if kind == 1:
        for _ in range(rng.randint(1, 20)):
            content[rng.randrange(len(content))] = rng.randrange(256)
    elif kind == 2:
        content[at:at] = rng.randbytes(rng.randint(1, 200))
    elif kind == 3:
        del content[at : at + rng.randint(1, 50)]
    elif kind == 4:
        # Sizes and lengths stand near the beginning.
        spot = rng.randrange(min(40, len(content)))
        content[spot : spot + 4] = rng.choice([b"\xff" * 4, b"\0" * 4, b"\x7f" * 4])
    else:
        content[at:] = other[rng.randrange(len(other)) :]
    return bytes(content)


def damaged_files(kind, count, rng):
    """Yield damaged files of a format; what is put in may be of any other."""
    sound = in_format(kind)
    others = [one for name in FORMATS for one in in_format(name)]
    for _ in range(count):
        yield mutate(rng.choice(sound), rng.choice(others), rng)
