"""What DVC left empty is deleted, and while DVC writes nothing is."""

from pathlib import Path

import pytest
import zc.lockfile

from pipeline.commands import unlock

MAKEFILE = (Path(__file__).parents[2] / "Makefile").read_text()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    unlock.GUARD.parent.mkdir(parents=True)


@pytest.mark.parametrize("path", unlock.WRITTEN_IN_PLACE)
def test_only_what_is_empty_is_deleted(capsys, path):
    unlock.main(None)
    path.write_text("{}")
    unlock.main(None)
    assert path.read_text() == "{}"
    assert capsys.readouterr().out == ""
    path.write_text("")
    unlock.main(None)
    assert not path.exists()
    assert capsys.readouterr().out == f"{path}: was empty, deleted\n"


@pytest.mark.parametrize("name", ["lock", "rwlock.lock"])
def test_while_dvc_writes_nothing_is_deleted(name):
    (path, _) = unlock.WRITTEN_IN_PLACE
    path.touch()
    guard = zc.lockfile.LockFile(unlock.GUARD.with_name(name))
    with pytest.raises(ValueError, match="DVC is writing here; wait for its end"):
        unlock.main(None)
    guard.close()
    assert path.exists()


def test_make_looks_for_the_same_files():
    (line,) = [one for one in MAKEFILE.splitlines() if one.startswith("UNLOCK :=")]
    assert all(str(path) in line for path in unlock.WRITTEN_IN_PLACE)
