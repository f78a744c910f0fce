"""Programs that some tests need beyond Python: without one a test skips, or fails where O2O_TEST_ALL is set."""

import os
import shutil
from importlib.util import find_spec

import pytest


def need_program(*names: str) -> str:
    """Return the path of the first of these programs that is here; else skip, or fail where all tests must run."""
    for name in names:
        if path := shutil.which(name):
            return path
    return _miss(f"{names[0]} is not installed")


def need_module(name: str, extra: str) -> None:
    """Go on if a Python package is here; else skip, or fail where all tests must run."""
    if find_spec(name) is None:
        _miss(f"{name} is not installed: pip install 'o2o[{extra}]'")


def _miss(reason: str) -> str:
    if os.environ.get("O2O_TEST_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)
