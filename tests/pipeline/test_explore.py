"""A search goes on from its own trials alone."""

import shutil

import clones

from pipeline import explore
from pipeline.frame import files, params


def test_trials_on_other_deformed_digits_are_not_gone_on_from(
    tmp_path, monkeypatch, labelled_digits
):
    settings = params.load().explore
    monkeypatch.chdir(tmp_path)
    digits = {"images": labelled_digits[0][:9]}
    passes = files.pass_paths("elastic", 2)

    def journals(seed):
        clones.write_passes(tmp_path, digits["images"] + seed, 2)
        explore.open_search(settings, "mlp", digits, passes)
        shutil.rmtree(files.AUGMENTED)
        return [path.name for path in files.EXPLORED.glob("mlp/*.journal")]

    assert len(journals(0)) == 1
    assert journals(0) == journals(0)
    assert journals(0) != journals(1)
