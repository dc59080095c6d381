"""Marks of tests that need what not every machine has."""

import os
import shutil

import pytest

needs_mnist = pytest.mark.skipif(
    "DIGITS_DATA_DIR" not in os.environ, reason="`DIGITS_DATA_DIR` names no MNIST"
)

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")
