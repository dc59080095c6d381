"""What changes the digest of code and data, and what does not."""

import sys
from pathlib import Path

import numpy as np
import pytest

from ensembles.members.fingerprint import digest_arrays, digest_code, digest_json

MODULES = {
    "networks": """
        from inked.layers import block, UNUSED
        from inked import layers
        WIDTH = 8

        def small():
            return block(WIDTH) + layers.depth()

        def large():
            return block(99)
        """,
    "layers": """
        UNUSED = 1
        DEPTH = 3

        def block(width):
            return _inner(width)

        def _inner(width):
            return width * 2

        def depth():
            return DEPTH

        def neighbour():
            return 5
        """,
}


@pytest.fixture
def digest(tmp_path, monkeypatch):
    """Write the package `inked`, with replacements, and digest `small`."""
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / "inked"
    package.mkdir()
    (package / "__init__.py").touch()

    def write_and_digest(
        *replacements, root="inked.networks:small", registries=(), deeper=""
    ):
        (package / "deeper.py").write_text(deeper)
        for name, source in MODULES.items():
            text = "\n".join(line[8:] for line in source.splitlines())
            for old, new in replacements:
                text = text.replace(old, new)
            (package / f"{name}.py").write_text(text)
        return digest_code(root, registries=registries)

    yield write_and_digest
    sys.modules.pop("inked", None)


@pytest.mark.parametrize(
    "replacement",
    [
        ("return width * 2", "# twice\n    return (width *\n      2)"),
        ("def _inner(width):", 'def _inner(width):\n    """Double."""'),
        ("return block(99)", "return block(100)"),
        ("return 5", "return 6"),
        ("UNUSED = 1", "UNUSED = 2"),
    ],
    ids=["layout", "docstring", "another root", "neighbour", "unused constant"],
)
def test_what_does_not_matter_does_not_change_the_digest(digest, replacement):
    assert digest(replacement) == digest()


@pytest.mark.parametrize(
    "replacement",
    [
        ("return width * 2", "return width * 3"),
        ("WIDTH = 8", "WIDTH = 9"),
        ("DEPTH = 3", "DEPTH = 4"),
        ("return _inner(width)", "return _inner(width) + 0"),
    ],
    ids=["helper of a helper", "constant", "constant elsewhere", "imported function"],
)
def test_what_matters_changes_the_digest(digest, replacement):
    assert digest(replacement) != digest()


def test_moving_code_to_another_module_does_not_change_the_digest(digest):
    moved = ("DEPTH = 3", "from inked.deeper import DEPTH")
    before = digest()
    assert digest(moved, deeper="DEPTH = 3\n") == before
    assert digest(moved, deeper="DEPTH = 4\n") != before


def test_an_import_inside_a_function_is_followed(digest):
    late = (
        ("DEPTH = 3", ""),
        ("return DEPTH", "from inked.deeper import DEPTH\n    return DEPTH"),
    )
    assert digest(*late, deeper="DEPTH = 3\n") != digest(*late, deeper="DEPTH = 4\n")


def test_an_annotated_constant_counts(digest):
    assert digest(("WIDTH = 8", "WIDTH: int = 8")) != digest(
        ("WIDTH = 8", "WIDTH: int = 9")
    )


def test_constants_that_are_assigned_together_count(digest):
    def together(width):
        return digest(("WIDTH = 8", f"WIDTH, (HEIGHT, *OTHERS) = {width}, (1, 2)"))

    assert together(8) != together(9)


def test_one_name_in_two_modules_is_refused(digest):
    clash = (
        ("return block(WIDTH)", "return block(WIDTH) + _inner()"),
        (
            "def large():",
            "def _inner():\n    return 1\n\ndef large():",
        ),
    )
    with pytest.raises(ValueError, match="'_inner' is defined in inked"):
        digest(*clash)


def test_registries_are_not_followed(digest):
    registry = ("WIDTH = 8", "WIDTH = [block, large]")
    changed = registry, ("return block(99)", "return block(100)")
    assert digest(registry) != digest(*changed)
    assert digest(registry, registries=("WIDTH",)) == digest(
        *changed, registries=("WIDTH",)
    )


def test_a_root_that_is_not_defined_is_refused(digest):
    with pytest.raises(ValueError, match="defines no 'tiny'"):
        digest(root="inked.networks:tiny")


def test_a_members_digest_covers_what_trains_it_and_not_the_other_networks(monkeypatch):
    from ensembles.members import fingerprint

    seen = {}
    monkeypatch.setattr(fingerprint, "digest_json", seen.update)
    digest_code(
        "ensembles.members.training:train_network", "ensembles.members.networks:pooled"
    )
    assert {
        "train_network",
        "DeformedDigits",
        "KeepEpochs",
        "make_optimizer",
        "pooled",
        "_block",
    } <= seen.keys()
    assert "strided" not in seen


def test_a_members_digest_covers_its_own_optimizer_schedule_and_warp(monkeypatch):
    from ensembles.members import fingerprint, identity
    from pipeline.frame import params

    seen = {}
    monkeypatch.setattr(fingerprint, "digest_json", seen.update)
    shipped = params.load(Path(__file__).parents[2] / "params.yaml")
    recipe = shipped.members.recipes["pooled"]
    identity.identify("pooled", 0, 6, recipe, shipped.augment, "")
    assert {"muon", "KernelMuon", "cosine", "deform", "ElasticWarp", "Warp"} <= set(
        seen
    )
    assert not {"adam", "exponential", "MeshWarp", "WARPS"} & set(seen)


def test_arrays_are_told_apart_by_name_dtype_shape_and_value():
    base = np.arange(6, dtype=np.uint8)
    variants = [
        {"a": base},
        {"b": base},
        {"a": base.astype(np.uint16)},
        {"a": base.reshape(2, 3)},
        {"a": base + 1},
    ]
    assert len({digest_arrays(**arrays) for arrays in variants}) == len(variants)


def test_the_order_of_keys_does_not_matter():
    assert digest_json({"a": 1, "b": 2}) == digest_json({"b": 2, "a": 1})
