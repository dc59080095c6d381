"""Any picture of a digit comes out in MNIST's form, or with a clear error."""

import base64
import io
import struct
import tracemalloc
import zlib

import heic
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from ensembles.pictures import decoding, reading

ROTATED_RIGHT = 6  # EXIF: turn the picture 90° clockwise to see it upright
ORIENTATION = 274


def encode(picture, kind="PNG", **options):
    """Return an image file."""
    if isinstance(picture, np.ndarray):
        picture = Image.fromarray(picture)
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def enlarge(digit, times=10):
    return np.kron(digit, np.ones((times, times), np.uint8))


def on_canvas(digit, top, left, ground=0):
    canvas = np.full((120, 90), ground, np.uint8)
    canvas[top : top + 28, left : left + 28] = digit
    return canvas


def transparent(digit, ink):
    """Return a digit as opacity over one colour."""
    colour = np.full((*digit.shape, 3), ink, np.uint8)
    return np.concatenate([colour, digit[..., None]], axis=2)


def in_palette(digit):
    """Return the inverted digit in a palette whose order says nothing."""
    greys = np.random.default_rng(0).permutation(256)
    picture = Image.fromarray(np.argsort(greys)[255 - digit].astype(np.uint8), "L")
    picture = Image.frombytes("P", (28, 28), picture.tobytes())
    picture.putpalette(np.repeat(greys, 3).astype(np.uint8).tobytes())
    return picture


def lying(digit):
    """Return a photo of a camera held sideways, upright by its EXIF mark only."""
    exif = Image.Exif()
    exif[ORIENTATION] = ROTATED_RIGHT
    return encode(np.rot90(enlarge(digit)), "JPEG", quality=95, exif=exif)


def smooth(digit):
    return Image.fromarray(255 - digit).resize((280, 280), Image.Resampling.BICUBIC)


# Each way to send a digit. The last number is the mean difference from the original,
# in grey levels, that the half of the digits may exceed: 0 and a little where nothing
# is lost but rounding and a faint edge; half a pixel where the ink is centred anew in
# its box; a mean digit has some 33, and two of one class differ by about 20.
WAYS = {
    "as it is": (encode, 0.3),
    "moved": (lambda d: encode(on_canvas(d, 85, 3)), 0.3),
    "moved to a corner": (lambda d: encode(on_canvas(d, 0, 62)), 0.3),
    "inverted": (lambda d: encode(255 - d), 0.3),
    "inverted on a canvas": (lambda d: encode(on_canvas(255 - d, 9, 40, 255)), 0.3),
    "black ink, transparent": (lambda d: encode(transparent(d, 0)), 0.3),
    "white ink, transparent": (lambda d: encode(transparent(d, 255)), 0.3),
    "16 bits": (lambda d: encode(d.astype(np.uint16) * 257), 0.3),
    "16 bits, inverted": (lambda d: encode(65535 - d.astype(np.uint16) * 257), 0.3),
    "palette": (lambda d: encode(in_palette(d)), 0.3),
    "RGB": (lambda d: encode(Image.fromarray(255 - d).convert("RGB")), 0.3),
    "GIF": (lambda d: encode(d, "GIF"), 0.3),
    "BMP": (lambda d: encode(d, "BMP"), 0.3),
    "CMYK": (
        lambda d: encode(
            Image.fromarray(255 - d).convert("RGB").convert("CMYK"), "JPEG", quality=100
        ),
        2,
    ),
    "WebP": (lambda d: encode(d, "WEBP", lossless=True), 0.3),
    "enlarged": (lambda d: encode(enlarge(d)), 6),
    "enlarged 37 times": (lambda d: encode(enlarge(255 - d, 37)), 6),
    "enlarged smoothly": (lambda d: encode(smooth(d)), 10),
    "JPEG": (lambda d: encode(d, "JPEG", quality=90), 2),
    "JPEG, enlarged": (lambda d: encode(255 - enlarge(d), "JPEG", quality=75), 6),
    "JPEG, lying": (lying, 6),
}


def extent(digit):
    rows, columns = np.flatnonzero(digit.any(1)), np.flatnonzero(digit.any(0))
    return max(np.ptp(rows), np.ptp(columns)) + 1


@pytest.mark.parametrize("way", WAYS)
def test_rule(mnist_digits, way):
    send, allowed = WAYS[way]
    differences = []
    for digit in mnist_digits:
        got = reading.to_mnist(decoding.read_picture(send(digit)))
        assert got.dtype == np.uint8
        assert got.shape == (28, 28)
        assert got.max() == 255
        centre = np.array(ndimage.center_of_mass(got.astype(float)))
        assert (centre >= 13.5).all()
        assert (centre <= 14.5).all()
        assert extent(got) == 20
        differences.append(np.abs(got - digit.astype(float)).mean())
    assert np.median(differences) <= allowed
    # Another orientation, place or sign would be as far off as another digit.
    assert (
        np.mean(differences)
        < np.abs(np.diff(mnist_digits.astype(float), axis=0)).mean() / 2
    )


def test_noisy_paper_is_paper(mnist_digits):
    noise = np.random.default_rng(0).normal(0, 0.01, (84, 84))
    differences = []
    for digit in mnist_digits:
        grey = 0.8 - 0.7 * np.pad(enlarge(digit, 2), 14) / 255 + noise
        clean = reading.to_mnist(Image.fromarray(digit)).astype(float)
        picture = Image.fromarray(np.rint(grey * 255).astype(np.uint8))
        differences.append(np.abs(reading.to_mnist(picture) - clean).mean())
    assert np.median(differences) < 7


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("L", (28, 28), 255),
        Image.new("L", (28, 28), 0),
        Image.new("L", (1, 1), 128),
        Image.new("RGB", (300, 200), (250, 250, 240)),
        Image.new("RGBA", (50, 50), (0, 0, 0, 0)),
        Image.new("RGBA", (50, 50), (255, 255, 255, 255)),
        Image.new("I;16", (50, 50), 65535),
        Image.new("1", (50, 50), 1),
    ],
    ids=lambda picture: f"{picture.mode}-{picture.size}",
)
def test_blank(picture):
    with pytest.raises(reading.BlankImageError, match="blank; draw or upload"):
        reading.to_mnist(decoding.read_picture(encode(picture)))


WHOLE = {
    kind: encode(
        enlarge(np.arange(784, dtype=np.uint32).astype(np.uint8).reshape(28, 28)), kind
    )
    for kind in decoding.FORMATS
    if kind != "HEIF"
} | {"HEIF": heic.UPRIGHT}


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6])
def test_cut_file(kind, share):
    decoding.read_picture(WHOLE[kind])
    with pytest.raises(decoding.ImageError):
        decoding.read_picture(WHOLE[kind][: int(share * len(WHOLE[kind]))])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "file is empty; send an image"),
        (b"a text", "allowed are PNG, JPEG, WEBP, GIF, BMP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG .* export it as PNG"),
        (b"<?xml version='1.0'?><svg></svg>", "SVG .* export it as PNG"),
        (b"%PDF-1.7 and so on", "a PDF is not read; save its page as PNG"),
        (encode(np.zeros((9, 9), np.uint8), "PPM"), "not an image"),
        (WHOLE["PNG"][:8] + bytes(50), "not an image|damaged"),
        (WHOLE["PNG"][:60] + bytes(80) + WHOLE["PNG"][140:], "damaged"),
        (WHOLE["JPEG"][:2] + bytes(50), "not an image|damaged"),
    ],
)
def test_not_an_image(content, message):
    with pytest.raises(decoding.ImageError, match=message):
        decoding.read_picture(content)


def png_header(width, height):
    """Return the beginning of a PNG that claims a size, and has no pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body))
        + kind
        + body
        + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", head), (b"IDAT", zlib.compress(b"")))
    )


@pytest.mark.parametrize(
    ("width", "height"),
    [(8001, 8000), (9000, 9000), (10_000, 10_000), (60_000, 60_000), (20_001, 1)],
)
def test_large_pictures_are_refused_before_they_are_decoded(width, height):
    tracemalloc.start()
    with pytest.raises(decoding.ImageError, match=r"(most|exceeds) 64,000,000"):
        decoding.read_picture(png_header(width, height))
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


def test_long_picture_takes_no_more_memory_than_it_has_pixels():
    strip = np.full((1, decoding.MAX_PICTURE_SIDE), 255, np.uint8)
    strip[0, 100:-100] = 0
    tracemalloc.start()
    digit = reading.to_mnist(decoding.read_picture(encode(strip)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert digit.any()
    assert peak < 32 << 20  # its square has 100 million pixels


def test_data_url(mnist_digits):
    head, _, body = reading.to_data_url(mnist_digits[0]).partition(",")
    assert head == "data:image/png;base64"
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(body))))
    np.testing.assert_array_equal(shown, mnist_digits[0])
