"""Put another scale's differences into this folder's params.yaml.

``python -m pipeline.commands.rescale record/params.yaml`` is done by `make record`.
"""

from pathlib import Path

from ruamel.yaml import YAML

from ensembles.drafts import draft
from pipeline.frame import params, program

HERE = Path("params.yaml")


def main(parameters, path):
    """Change params.yaml here; one that would not do is left as it was."""
    yaml = YAML()
    changes = yaml.load(Path(path))
    if not isinstance(changes, dict):
        raise params.ParamsError(f"{path} must be a mapping; got {changes!r}")
    content = merge(yaml.load(HERE), changes)
    with draft(HERE) as changed:
        yaml.dump(content, changed)
        params.load(changed)


def merge(content, changes):
    """Put changes into a mapping, level by level.

    Parameters
    ----------
    content, changes : dict
        As read from YAML. A mapping that YAML aliases share is changed for all.

    Returns
    -------
    dict
        The first, changed in place.
    """
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(content.get(key), dict):
            merge(content[key], value)
        else:
            content[key] = value
    return content


if __name__ == "__main__":
    program.run(main)
