"""DVC's list of locks is deleted if it is empty, and while nobody writes it."""

import pytest
import zc.lockfile

from pipeline.commands import unlock


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    unlock.LOCKS.parent.mkdir(parents=True)


@pytest.mark.parametrize(
    ("content", "left", "said"),
    [(None, False, "no"), ("{}", True, "whole"), ("", False, "deleted")],
)
def test_only_an_empty_list_is_deleted(capsys, content, left, said):
    if content is not None:
        unlock.LOCKS.write_text(content)
    unlock.main(None)
    assert unlock.LOCKS.exists() == left
    assert said in capsys.readouterr().out


def test_who_writes_the_list_is_not_disturbed():
    unlock.LOCKS.touch()
    guard = zc.lockfile.LockFile(unlock.GUARD)
    with pytest.raises(ValueError, match=r"is being written by a DVC that runs"):
        unlock.main(None)
    guard.close()
    assert unlock.LOCKS.exists()
