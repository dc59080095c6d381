"""List the stages, in the order in which they run, and the commands.

``python -m pipeline`` does that; each of them takes ``--help``.
"""

import ast
import sys
from pathlib import Path

from ruamel.yaml import YAML

ROOM = Path(__file__).parent


def main():
    """Print a line for each."""
    stages = YAML(typ="safe").load(ROOM.parent / "dvc.yaml")["stages"]
    commands = sorted(path.stem for path in (ROOM / "commands").glob("[!_]*.py"))
    print("stages, which `dvc repro` runs in this order:")
    print("\n".join(_line(name) for name in stages))
    print("\ncommands, for people:")
    print("\n".join(_line(f"commands.{name}") for name in commands))
    print("\npython -m pipeline.NAME --help tells more of one")


def _line(name):
    text = ROOM.joinpath(*name.split(".")).with_suffix(".py").read_text()
    summary = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
    return f"  {name:24}{summary}"


if __name__ == "__main__":
    if set(sys.argv[1:]) - {"-h", "--help"}:
        sys.exit(f"python -m pipeline takes no arguments; got {sys.argv[1:]}")
    main()
