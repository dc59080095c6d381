"""What a run leaves in its folder, but for what tells of time."""

import re

import pandas as pd

from pipeline.frame import files
from pipeline.frame.alone import DRAFT

WRITTEN = ("data", "models", "reports")
"""Folders of what stages write."""

SECONDS = re.compile(
    r'"(training_)?seconds": [0-9.]+,?|"curve.jsonl": "\w+",?'  # which tells seconds
)
ON_THE_PAGE = re.compile(r'data-seconds="[^"]*"|<td>(< 1|[\d,]+)?</td>(?=\s*</tr>)')
RUN = re.compile(r"data/times\.jsonl|data/running/.*|.*\.(journal|pdf)")
"""What tells of runs, not of results."""


def read_finished(folder):
    """Return what must not be trained again, each with the time that it took.

    Returns
    -------
    dict of Path to bytes
        Curves of finished members, cards of finished baselines, journals of trials.
    """
    models = folder / "models"
    members = [card.with_name("curve.jsonl") for card in models.glob("members/*/*/c*n")]
    places = [
        *members,
        *models.glob("baselines/*/card.json"),
        *models.glob("explore/*/*.journal"),
    ]
    return {path: path.read_bytes() for path in places}


def find_made_anew(folder, finished):
    """Return the paths of what was finished and made again: journals may grow."""
    return [
        path.relative_to(folder).as_posix()
        for path, content in finished.items()
        if not path.is_file() or not path.read_bytes().startswith(content)
    ]


def read_results(folder):
    """Return what a run left in its folder, but for how long it took.

    Returns
    -------
    dict of str to bytes or str
        By path; hidden files and drafts as well.
    """
    found = {}
    for name in WRITTEN:
        for path in (folder / name).rglob("*"):
            place = path.relative_to(folder).as_posix()
            if path.is_file() and not RUN.fullmatch(place):
                found[place] = read_without_times(path)
    return found


def read_without_times(path):
    """Return a file's content without the seconds that it tells of."""
    if path.suffix in (".json", ".jsonl"):
        return SECONDS.sub("", path.read_text())
    if path.suffix == ".csv" and "seconds" in path.read_text():
        return pd.read_csv(path).drop(columns="seconds").to_csv()
    if path.suffix == ".html":
        return ON_THE_PAGE.sub("", path.read_text())
    return path.read_bytes()


def compare(found, expected):
    """Return the paths of what differs, or is on one side alone."""
    places = found.keys() | expected.keys()
    return sorted(place for place in places if found.get(place) != expected.get(place))


def find_drafts(folder):
    """Return the paths of what is temporary, which no run is to leave."""
    kept = (folder / files.TEMPORARY).rglob("*")
    named = (
        path
        for name in WRITTEN
        for path in (folder / name).rglob("*")
        if DRAFT.fullmatch(path.name)
    )
    return sorted({path.relative_to(folder).as_posix() for path in [*kept, *named]})
