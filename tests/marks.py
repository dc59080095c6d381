"""Marks of tests that need what not every machine has."""

import os

import pytest

needs_mnist = pytest.mark.skipif(
    "DIGITS_DATA_DIR" not in os.environ, reason="`DIGITS_DATA_DIR` names no MNIST"
)
