"""Run the benchmarks of speed and memory, and make their table.

``python -m benchmarks`` writes reports/benchmarks.json, and wants a machine that is
idle otherwise. ``--quick`` runs a small share of each, to see that all of them run, and
writes to runs/, so that no document quotes it.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.table import NAMES, make_table
from pipeline.frame import files

QUICK_SHARE = 0.05
QUICK_FOLDER = Path("runs/quick")


def main():
    """Run each in a process of its own; what fails is told at the end."""
    options = parse_arguments()
    reports = QUICK_FOLDER if options.quick else files.REPORTS
    settings = {"BENCHMARK_FOLDER": str(reports / "benchmarks")}
    if options.quick:
        settings["BENCHMARK_SHARE"] = str(QUICK_SHARE)
    failed = [name for name in options.names or NAMES if not runs(name, settings)]
    table = make_table(reports / "benchmarks")
    files.write_json(reports / "benchmarks.json", table)
    print(f"{reports / 'benchmarks.json'}: {len(table['rows'])} figures")
    if failed:
        sys.exit(f"error: failed: {', '.join(failed)}")


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Run the benchmarks; make their table."
    )
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="a small share of each")
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    return options


def runs(name, settings):
    """Run a benchmark; return whether it ended well.

    What it wrote before is taken away, so that no old figure stands in for a new one.
    """
    Path(settings["BENCHMARK_FOLDER"], f"{name}.json").unlink(missing_ok=True)
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    return not subprocess.run(  # noqa: S603 (our own program)
        command, env=os.environ | settings, check=False
    ).returncode


if __name__ == "__main__":
    main()
