"""One table of what the benchmarks found, a row for each figure and its peer or limit.

A row has the names of what is measured and of what it is compared with, as
`pipeline.documents.measured` puts them into words, both figures, their ratio, and what
the ratio is to be at least or at most.
"""

import json
import platform
from pathlib import Path


def row(what, figure, unit, peer, peer_figure, **more):
    """Return a row; the ratio is of the figure to its peer's."""
    return {
        "what": what,
        "figure": figure,
        "unit": unit,
        "peer": peer,
        "peer_figure": peer_figure,
        "ratio": round(figure / peer_figure, 3),
        **more,
    }


def train_speed(found):
    """Training beside the matrix product, and page faults."""
    for name, one in found["architectures"].items():
        yield row(
            "training",
            one["giga_multiply_adds_per_second"],
            "giga multiply-adds/s",
            "product",
            one["limit"],
            of=name,
            faults=one["page_faults_per_step"],
            at_least=found["target_ratio"],
        )


def torch_speed(found):
    """Training beside PyTorch's."""
    for name, one in found["networks"].items():
        figures = one["figure"], "digits/s", "PyTorch", one["peer_figure"]
        yield row("training", *figures, of=name)


def augmentation(found):
    """Deforming beside albumentations' loop."""
    figures = found["figure"], "digits/s", "albumentations", found["peer_figure"]
    yield row("deforming", *figures)


def serving(found):
    """The graph beside the matrix product and Keras."""
    limit = found["limit_giga_multiply_adds_per_second"]
    targets = found["target_ratios"]
    for name in ("one_digit", "batch_of_64"):
        speed = round(found[f"ratio_{name}"] * limit, 1)
        figures = speed, "giga multiply-adds/s", "product", limit
        yield row(name, *figures, at_least=targets[name])
    ours, keras = found["one_digit_ms"], found["keras_predict_by_member_ms"]
    yield row("one_digit", ours, "ms", "Keras", keras, at_most=1 / targets["keras"])


def deformation(found):
    """Comparing digits under distortion beside NumPy."""
    figures = found["figure"], "pairs/s", "NumPy", found["peer_figure"]
    yield row("comparing", *figures, at_least=found["target_ratio"])


def load(found):
    """How soon a server answers, at first and to one person drawing."""
    target = found["target"]
    for kind, one in found["servers"].items():
        for name, unit in (
            ("seconds_to_first_answer", "s"),
            ("median", "ms"),
            ("p99", "ms"),
        ):
            figures = one[name], unit, "limit", target[name]
            yield row(name, *figures, of=kind, at_most=1)


def memory(found):
    """The memory of a server after a telephone's pictures."""
    for kind, one in found["servers"].items():
        figures = one["after"], "MB", "limit", found["limit"]
        yield row("memory", *figures, of=kind, at_most=1)


def nothing_to_do(found):
    """`dvc repro` with nothing to do."""
    figures = found["figure"], "s", "limit", found["limit"]
    yield row("nothing_to_do", *figures, at_most=1)


def member_cost(found):
    """Reading with several members beside one after the other."""
    members = found["members"]
    alone = members["1"]["one_digit_ms"]
    for number, one in members.items():
        apart = round(int(number) * alone, 3)
        figures = one["one_digit_ms"], "ms", "apart", apart
        yield row("members", *figures, of=int(number))


def servers(found):
    """Our server beside others with the same graph."""
    ours = found["servers"].pop("ours")
    for peer, by_clients in found["servers"].items():
        for clients, theirs in by_clients.items():
            for name, unit in (("answers_per_second", "answers/s"), ("p99_ms", "ms")):
                figures = ours[clients][name], unit, peer, theirs[name]
                yield row(name, *figures, of=int(clients))


MAKERS = (
    *(train_speed, torch_speed, augmentation, serving, member_cost, deformation),
    *(load, memory, servers, nothing_to_do),
)
"""The benchmarks of the table, in its order, each with what makes its rows."""

NAMES = tuple(maker.__name__ for maker in MAKERS)


def make_table(folder):
    """Return the table of the benchmarks whose files are in a folder.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    dict
        ``machine``, its ``cores``, the ``share`` that was run, and ``rows``.
    """
    found = {
        maker: json.loads((folder / f"{maker.__name__}.json").read_text())
        for maker in MAKERS
        if (folder / f"{maker.__name__}.json").is_file()
    }
    of_run = [{key: one[key] for key in ("cores", "share")} for one in found.values()]
    return {
        "machine": processor(),
        "cores": min(one["cores"] for one in of_run),
        "share": min(one["share"] for one in of_run),
        "rows": [line for maker, one in found.items() for line in maker(one)],
    }


def processor():
    """Return the name of this machine's processor."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.is_file() else []
    names = [line.split(":")[1].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.processor()
