"""The same weights answer alike on TensorFlow and JAX, within what documents tell."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
WITHIN = {"pooled": 0.00001, "deskewed_strided": 0.001}
"""One network of each kind: a grey level between two whole ones may be rounded to
either, where digits are made upright."""

ASK = """
import sys
from pathlib import Path
import numpy as np
from ensembles.serving.graph import load_network

images, answers, *places = sys.argv[1:]
members = [load_network(Path(place)) for place in places]
digits = np.load(images)
np.save(answers, [member.predict(digits, verbose=0) for member in members])
"""


def ask(folder, backend):
    """Return the answers of a process of its own, for a backend is chosen once."""
    answers = folder / f"{backend}.npy"
    places = [ROOT / "record/members" / name / "0" for name in WITHIN]
    command = [sys.executable, "-c", ASK, folder / "digits.npy", answers, *places]
    environment = os.environ | {"KERAS_BACKEND": backend}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return dict(zip(WITHIN, np.load(answers), strict=True))


@pytest.fixture(scope="module")
def answers(tmp_path_factory, labelled_digits):
    """Return each backend's probabilities of 1,000 digits, by network."""
    folder = tmp_path_factory.mktemp("backends")
    np.save(folder / "digits.npy", labelled_digits[0])
    return [ask(folder, backend) for backend in ("tensorflow", "jax")]


@pytest.mark.skipif(find_spec("jax") is None, reason="JAX is an optional extra")
@pytest.mark.parametrize("name", WITHIN)
def test_backends_agree_on_a_member(answers, name):
    ours, others = (of[name] for of in answers)
    np.testing.assert_allclose(ours.sum(1), 1, atol=1e-5)
    np.testing.assert_allclose(others, ours, rtol=0, atol=WITHIN[name])


@pytest.mark.parametrize(("folder", "point"), [("docs", "."), ("docs/fr", ",")])
def test_documents_tell_by_how_much_backends_differ(folder, point):
    text = (ROOT / folder / "operating.md").read_text()
    for within in WITHIN.values():
        assert f"{within:f}".rstrip("0").replace(".", point) in text
