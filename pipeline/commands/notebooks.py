"""Run the notebooks on the last run's outputs, and keep what they show: in place.

``python -m pipeline.commands.notebooks`` is `make notebooks`.
"""

import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from ensembles.drafts import draft
from pipeline.frame import program

FOLDER = Path("notebooks")


def main(_parameters):
    """Run all of them."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        print(path, flush=True)
        with draft(path) as temporary:
            nbformat.write(execute(path), temporary)


def execute(path):
    """Run a notebook from top to bottom, in its own folder.

    Parameters
    ----------
    path : Path

    Returns
    -------
    nbformat.NotebookNode
        With its outputs, and nothing else that differs between two runs.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    metadata = notebook.metadata.copy()
    folder = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, resources=folder, record_timing=False)
    manager = client.create_kernel_manager()
    with tempfile.TemporaryDirectory() as sockets:
        # In the file system nobody else can listen. The kernel runs in another folder
        # than this process, so that both need the whole name.
        manager.transport, manager.ip = "ipc", f"{sockets}/kernel"
        client.execute()
    notebook.metadata = metadata
    return notebook


if __name__ == "__main__":
    program.run(main)
