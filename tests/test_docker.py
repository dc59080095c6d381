"""The container's recipe, as far as it can be checked without building it."""

import ast
import json
import re
import sys
import urllib.request
from importlib.metadata import packages_distributions
from pathlib import Path

from benchmarks.server import running
from webapp import counters

ROOT = Path(__file__).parent.parent
RECIPE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
IGNORED = (ROOT / ".dockerignore").read_text()
OF_FLASK = {"click", "werkzeug"}


def test_what_is_copied_exists_and_is_what_the_server_reads():
    released = {
        f"record/{name}" for name in ("ensemble.onnx", "card.json", "novelty.npz")
    }
    copied = {
        source
        for line in re.findall(r"^COPY (.*)", RECIPE, flags=re.M)
        for source in line.split()[:-1]
    }
    assert copied >= released
    assert all((ROOT / source).exists() for source in copied)
    unignored = re.findall(r"^!(record/.*)", IGNORED, flags=re.M)
    assert set(unignored) == released


def test_base_is_pinned_and_user_is_not_root():
    (base,) = re.findall(r"^FROM (\S+)", RECIPE, flags=re.M)
    assert re.fullmatch(r"python:3\.1[1-3]\.\d+-slim-\w+", base)
    assert "USER digits" in RECIPE


def test_the_check_waits_longer_than_the_server_before_it_says_busy():
    asked, waits = re.search(r"--timeout=(\d+)s.*timeout=(\d+)\)", RECIPE).groups()
    assert counters.PATIENCE < int(waits) < int(asked)


def test_requirements_of_the_server_are_what_it_imports():
    listed = (ROOT / "requirements-serve.in").read_text().split("\n")
    listed = {line for line in listed if line and line[0] not in "#-"}
    found = packages_distributions()
    used = {
        found[name][0].lower().replace("_", "-")
        for name in outside_modules(ROOT / "script.py")
    }
    assert listed == used - OF_FLASK | {"gunicorn"}


def test_what_is_served_is_listed():
    requirements = (ROOT / "requirements-serve.txt").read_text()
    listed = json.loads((ROOT / "requirements-serve.cdx.json").read_text())
    assert listed["bomFormat"] == "CycloneDX"
    served = {f"{one['name']}=={one['version']}" for one in listed["components"]}
    told = "run `make sbom`"
    assert served == set(re.findall(r"^[\w-]+==\S+", requirements, re.M)), told


def outside_modules(path, seen=None):
    """Name the modules of other projects that a file imports, directly or not."""
    seen = set() if seen is None else seen
    seen.add(path)
    named = set()
    for name in imported(path):
        own = ROOT / f"{name.replace('.', '/')}.py"
        if own.is_file():
            named |= set() if own in seen else outside_modules(own, seen)
        elif not (ROOT / name.split(".")[0]).is_dir():
            named.add(name.split(".")[0])
    return named - sys.stdlib_module_names


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (
                f"{node.module}.{alias.name}"
                for alias in node.names
                if (ROOT / node.module.split(".")[0]).is_dir()
            )


def test_the_command_serves_and_ends_on_sigterm(ensemble):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with running("container", DIGITS_ENSEMBLE=ensemble) as server:
        address = f"http://127.0.0.1:{server.port}/readyz"
        with opener.open(address, timeout=60) as answer:
            assert json.load(answer) == {"status": "ready"}
        server.process.terminate()
        assert server.process.wait(60) == 0
