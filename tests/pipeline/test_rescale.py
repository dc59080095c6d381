"""A scale says what differs; the rest, with its comments, is as it was."""

import shutil

import pytest
import scales

from pipeline.commands import rescale
from pipeline.frame import params
from pipeline.frame.params import ParamsError


@pytest.fixture
def here(tmp_path, monkeypatch):
    shutil.copy(scales.LAPTOP, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "params.yaml"


def test_what_differs_is_put_where_it_belongs(here):
    rescale.main(params.load(), scales.RECORD)
    changed, laptop = params.load(here), params.load(scales.LAPTOP)
    assert changed.members == scales.record_parameters().members
    assert changed.augment == scales.record_parameters().augment
    assert changed.members.recipes["pooled"].epochs == 12
    assert changed.members.recipes["deep"] == changed.members.recipes["pooled"]
    assert changed.data == laptop.data
    assert "# length of the fixed schedule" in here.read_text()


def test_what_would_not_do_changes_nothing(here):
    changes = here.with_name("changes.yaml")
    changes.write_text("members: {seads: 12}")
    with pytest.raises(ParamsError, match=r"`members.seads`; the nearest is `members."):
        rescale.main(params.load(), changes)
    assert here.read_text() == scales.LAPTOP.read_text()
    assert {path.name for path in here.parent.iterdir()} == {here.name, changes.name}


def test_what_is_no_mapping_is_refused(here):
    changes = here.with_name("changes.yaml")
    changes.write_text("- members")
    with pytest.raises(ParamsError, match=r"changes\.yaml must be a mapping"):
        rescale.main(params.load(), changes)
