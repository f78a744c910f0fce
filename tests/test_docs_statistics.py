"""What docs/statistics.md says is so."""

import ast
import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "statistics.md"
MODULES = sorted((ROOT / "o2o" / "statistics").glob("*.py"))
WITHIN = ("estimates", "distributions")
"""What the others are made of, explained as a whole."""


def test_its_examples_come_out() -> None:
    results = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.REPORT_NDIFF, encoding="utf-8")
    assert results.attempted > 20 and not results.failed


@pytest.mark.parametrize("module", [path for path in MODULES if path.stem != "__init__"], ids=lambda path: path.stem)
def test_each_module_and_function_is_explained(module: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert module.stem in WITHIN or f"`{module.stem}" in page
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert (ast.get_docstring(node) or "").startswith(("Return", "Tell")), node.name
            assert module.stem in WITHIN or node.name in page, f"the page doesn't name {node.name}"
