"""The notebooks in Git are whole: run from top to bottom, on MNIST, with outputs."""

import itertools
from pathlib import Path

import nbformat
import pytest

from pipeline.commands import notebooks
from pipeline.frame import files

ROOT = Path(__file__).parent.parent
PATHS = sorted((ROOT / notebooks.FOLDER).glob("*.ipynb"))
NEEDED = (files.TRAIN, files.PREDICTIONS, files.COMBINATION, files.CONCLUSIONS)


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return nbformat.read(path, as_version=4)


def test_there_are_two():
    assert [path.stem for path in PATHS] == ["exploration", "modelling"]


def test_cells_were_run_in_their_order_and_none_failed(notebook):
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    kinds = {output.output_type for cell in code for output in cell.outputs}
    assert "error" not in kinds
    assert not [o for cell in code for o in cell.outputs if o.get("name") == "stderr"]


def test_what_is_shown_is_of_mnist(notebook):
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert "**MNIST**" in str(outputs)


def test_every_picture_is_followed_by_words(notebook):
    """Cells that draw stand between cells of text, which say what is to be seen."""
    cells = notebook.cells
    assert cells[0].cell_type == cells[-1].cell_type == "markdown"
    for cell, following in itertools.pairwise(cells):
        if cell.cell_type == "code" and "image/png" in str(cell.outputs):
            assert following.cell_type == "markdown" or following.outputs


def test_a_notebook_has_a_title_sections_and_a_conclusion(notebook):
    text = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    heads = [
        line for cell in text for line in cell.splitlines() if line.startswith("#")
    ]
    assert heads[0].startswith("# ")
    assert len([head for head in heads if head.startswith("## ")]) >= 7
    assert heads[-1] == "## Conclusion"


@pytest.mark.skipif(
    not all((ROOT / one).is_file() for one in NEEDED), reason="no run of the pipeline"
)
def test_a_notebook_runs_on_the_last_run(path):
    done = notebooks.execute(path)
    assert "image/png" in str([cell.get("outputs") for cell in done.cells])
