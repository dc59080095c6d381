"""The table of what was measured beside peers and limits, made by `make benchmarks`."""

from pipeline.frame import files

MEASURED = files.REPORTS / "benchmarks.json"

WHAT = {
    "training": "training `{of}`",
    "deforming": "deforming digits, on one core",
    "one_digit": "the released ensemble, one digit",
    "batch_of_64": "the released ensemble, 64 digits at once",
    "members": "one digit read by {of} `pooled`",
    "comparing": "comparing digits under distortion",
    "seconds_to_first_answer": "from start to the first answer, {of}",
    "median": "one person drawing, median, {of}",
    "p99": "one person drawing, 99th percentile, {of}",
    "memory": "memory after 200 photographs, {of}",
    "nothing_to_do": "`dvc repro` with nothing to do",
    "answers_per_second": "server, clients at once: {of}",
    "p99_ms": "the same, 99th percentile",
}
"""By a row's name; `of` is what it was measured of."""

FAULTS = "{what}; page faults a step: {faults}"

PEERS = {
    "product": "matrix product",
    "PyTorch": "PyTorch",
    "albumentations": "albumentations, elastic alone",
    "Keras": "Keras, member by member",
    "NumPy": "NumPy",
    "apart": "as many times one member",
    "limit": "what is asked",
    "FastAPI": "FastAPI and uvicorn",
    "BentoML": "BentoML",
}

OF = {"script": "`script.py`", "container": "in the container"}


def benchmarks(sources, language):
    """Return the table of `MEASURED`.

    Parameters
    ----------
    sources : results.Sources
    language : languages.Language

    Returns
    -------
    str
    """
    measured = files.read_json(MEASURED)
    where = language("on {cores} cores of {machine}").format(**measured)
    headings = map(language, ("here", "beside", "there", "ratio", "asked"))
    return "\n".join(
        [
            f"| {' | '.join([where, *headings])} |",
            "|---|---:|---|---:|---:|---:|",
            *(_row(one, language) for one in measured["rows"]),
        ]
    )


def _row(one, language):
    unit = language(one["unit"])
    cells = (
        _what(one, language),
        f"{significant(one['figure'], language)} {unit}",
        language(PEERS[one["peer"]]),
        f"{significant(one['peer_figure'], language)} {unit}",
        significant(one["ratio"], language),
        _asked(one, language),
    )
    return f"| {' | '.join(cells)} |"


def _what(one, language):
    of = one.get("of", "")
    named = language(OF[of]) if of in OF else of
    what = language(WHAT[one["what"]]).format(of=named)
    if "faults" not in one:
        return what
    faults = language.decimal(one["faults"], 1)
    return language(FAULTS).format(what=what, faults=faults)


def _asked(one, language):
    """Write what a ratio is to be at least, or at most; a dash where nothing is."""
    for name, sign in (("at_least", "≥"), ("at_most", "≤")):
        if name in one:
            return f"{sign} {one[name]:g}".replace(".", language.point)
    return "–"


def significant(number, language):
    """Write a number with about three significant digits."""
    if number >= 100:
        return language.count(round(number))
    places = 1 if number >= 10 else 2 if number >= 0.1 else 3
    return language.decimal(number, places)
