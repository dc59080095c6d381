"""How long `dvc repro` takes when nothing has changed."""

import subprocess

from benchmarks.machine import record, seconds, share_of

ROUNDS = 3
LIMIT = 5


def main():
    """Time it, once it is known that it would run nothing."""
    said = dvc("repro", "--dry")
    if "Running stage" in said:
        raise RuntimeError("the last run is not of this code: run `make repro` first")
    times = [seconds(lambda: dvc("repro")) for _ in range(share_of(ROUNDS))]
    record(
        "nothing_to_do",
        {
            "what": "seconds of `dvc repro` with nothing to do",
            "figure": round(sorted(times)[len(times) // 2], 2),
            "limit": LIMIT,
        },
    )


def dvc(*arguments):
    """Return what dvc says."""
    ran = subprocess.run(  # noqa: S603 (our own program)
        ["dvc", *arguments],  # noqa: S607 (of this environment)
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


if __name__ == "__main__":
    main()
