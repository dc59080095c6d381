"""The files of an exported ensemble, read only if they belong together."""

import hashlib
import io
import json
import zlib
from zipfile import BadZipFile

from ensembles.serving.novelty import NoveltyDetector

GRAPH, CARD, DETECTOR = "ensemble.onnx", "card.json", "novelty.npz"
"""Names of the files of an ensemble, which lie beside each other."""

MOST_BYTES = {".onnx": 500_000_000, ".json": 10_000_000, ".npz": 50_000_000}
"""What is read of a graph, a card and a detector; larger files are none."""

ELSEWHERE = b"\x0a\x08location"
"""In a graph that refers to other files: the key of such a reference, as ONNX's
protobuf writes it."""


class DamagedEnsembleError(ValueError):
    """The file is not of an exported ensemble; the message says how to make one."""


def read_graph(path):
    """Read a graph, if all of it is in the file.

    Returns
    -------
    bytes

    Raises
    ------
    DamagedEnsembleError
        If it is too large, or refers to other files.
    """
    content = _read_whole(path)
    if ELSEWHERE in content:
        raise DamagedEnsembleError(
            f"{path} keeps weights in other files, which is refused: export it whole"
        )
    return content


def read_card(path):
    """Read a card, a dict, which is empty where there is no file.

    Raises
    ------
    DamagedEnsembleError
        If it is too large, or no JSON.
    """
    if not path.is_file():
        return {}
    try:
        return json.loads(_read_whole(path))
    except ValueError as error:
        raise DamagedEnsembleError(f"{path} is not JSON: {error}") from None


def read_detector(path, card):
    """Read a detector of novelty, or None where there is no file.

    Raises
    ------
    DamagedEnsembleError
        If it is too large, damaged, or not the one that the card tells of.
    """
    if not path.is_file():
        return None
    content = _read_whole(path)
    check(path, content, card)
    try:
        return NoveltyDetector.load(io.BytesIO(content))
    except (BadZipFile, EOFError, KeyError, ValueError, zlib.error) as error:
        raise DamagedEnsembleError(
            f"{path} is no detector of novelty ({error}); make it with `make repro`"
        ) from None


def check(path, content, card):
    """Refuse a file that is not its card's, as after half of a copy or of a release.

    A release's card tells of all files beside it, that of a run of its graph alone.

    Returns
    -------
    bool
        Whether it is the very graph that the card is about: another one, such as the
        student, may lie beside it.

    Raises
    ------
    DamagedEnsembleError
        Naming the file, and both digests.
    """
    of_graph = {GRAPH: card["sha256"]} if "sha256" in card else {}
    expected = (card.get("files", {}) | of_graph).get(path.name)
    found = hashlib.sha256(content).hexdigest()
    if expected not in (None, found):
        raise DamagedEnsembleError(
            f"{path} is not that of the {CARD} beside it (SHA-256 {found}, expected "
            f"{expected}): copy all anew, or run `make repro` or `make release`"
        )
    return found == card.get("sha256")


def _read_whole(path):
    """Read a file, if it is of a size that one of an ensemble has."""
    size, most = path.stat().st_size, MOST_BYTES[path.suffix]
    if size > most:
        raise DamagedEnsembleError(
            f"{path} has {size:,} bytes; such a file has at most {most:,}"
        )
    return path.read_bytes()
