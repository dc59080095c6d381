"""Files that are used only if they are those that the pipeline wrote."""

import joblib

from ensembles.drafts import draft
from ensembles.members.fingerprint import digest_file
from pipeline.frame import files


def write_pickle(path, value):
    """Pickle one of our own models.

    Returns
    -------
    str
        The file's SHA-256, to be kept apart from it and given to `read_pickle`.
    """
    with draft(path) as temporary:
        joblib.dump(value, temporary, compress=3)
    return digest_file(path)


def read_pickle(path, sha256, kind):
    """Load a pickled model of a kind, if it is the one that was written.

    Raises
    ------
    ValueError
        If its digest differs: a pickle runs code, so only our own is opened. Or if it
        is of another class.
    """
    check(path, sha256)
    model = joblib.load(path)
    if not isinstance(model, kind):
        raise ValueError(
            f"{path} holds a {type(model).__name__}, not a {kind.__name__}"
        )
    return model


def check(path, sha256):
    """Refuse a file that is not the one that the pipeline wrote.

    Raises
    ------
    ValueError
        Naming the file, and both digests.
    """
    found = digest_file(path)
    if found != sha256:
        raise ValueError(
            f"{path} is not the file that the pipeline wrote (SHA-256 {found}, "
            f"expected {sha256}); delete it and run `dvc repro`"
        )


def check_passes(paths):
    """Refuse deformed copies that are not those that were written.

    Returns
    -------
    list of str
        The files' SHA-256.

    Raises
    ------
    ValueError
        Naming the file.
    """
    told, folder = files.read_json(files.PASSES_CARD), files.AUGMENTED.absolute()
    places = [path.absolute().relative_to(folder).as_posix() for path in paths]
    digests = [told.get(place) for place in places]
    for path, digest in zip(paths, digests, strict=True):
        check(path, digest)
    return digests
