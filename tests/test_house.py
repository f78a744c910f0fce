"""The shape of the house: steps know only the steps before them, and nothing imports an edge."""

import ast
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EDGES = ("cli", "importers", "web", "demo")
STEPS = (
    (
        "errors",
        "times",
        "money",
        "amounts",
        "resources",
        "text_files",
        "zstd_file",
        "truetype",
        "problems",
        "subjects",
        "apps",
        "db",
        "collector",
        "keys",
        "names",
        "expiring_links",
        "batches",
        "config",
    ),
    ("catalog", "campaigns", "codes"),
    ("touchpoints", "destinations", "links", "mini_program_codes", "wechat_links", "staff_cards"),
    ("shop", "printing"),
    ("collect",),
    ("visits", "outcomes", "orders", "redemptions", "forgetting"),
    ("statistics",),
    ("attribution",),
    ("analytics",),
    ("reports",),
)
STEP_OF = {room: number for number, rooms in enumerate(STEPS) for room in rooms}
ROOMS = {
    "printing": (
        "drawing",
        "pdf",
        "raster",
        "thermal",
        "template",
        "layout",
        "paper",
        "picture",
        "selection",
        "jobs",
        "proof",
    ),
    "collect": ("verdicts", "visitors", "recording", "routing", "outside", "serving"),
}
"""The rooms of a step that has many, each below those that may use it."""
MODULES = sorted(path.relative_to(ROOT / "o2o") for path in (ROOT / "o2o").rglob("*.py"))
INNER = [module for module in MODULES if module.parts[0].removesuffix(".py") not in (*EDGES, "__init__", "__main__")]


def imported_names(module: Path) -> Iterator[list[str]]:
    for node in ast.walk(ast.parse((ROOT / "o2o" / module).read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from (name.split(".")[1:] for name in names if name.startswith("o2o."))


@pytest.mark.parametrize("module", INNER, ids=str)
def test_a_module_imports_no_edge_and_no_later_step(module: Path) -> None:
    room = module.parts[0].removesuffix(".py")
    later = [other for other, *_ in imported_names(module) if STEP_OF.get(other, 99) > STEP_OF[room]]
    assert later == []


@pytest.mark.parametrize("module", [module for module in INNER if module.parts[0] in ROOMS], ids=str)
def test_a_room_of_a_step_knows_only_those_below_it(module: Path) -> None:
    step = module.parts[0]
    if len(module.parts) == 2:
        assert module.name == "__init__.py", f"put it into one of the rooms of {step}"
        return
    below = ROOMS[step][: ROOMS[step].index(module.parts[1]) + 1]
    above = [other for room, *other in imported_names(module) if room == step and other[0] not in below]
    assert above == []


def test_every_package_is_listed_for_the_wheel() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = set(setup["options"]["packages"].split())
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "o2o").rglob("__init__.py")}
    assert listed == found | {"o2o.assets", "o2o.templates"}


@pytest.mark.parametrize("path", [*ROOT.glob("o2o/**/*.py"), *ROOT.glob("tests/**/*.py")], ids=lambda p: p.name)
def test_no_exception_is_swallowed_and_nothing_is_left_to_do(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path != Path(__file__):
        assert "TODO" not in text
        assert "FIXME" not in text
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ExceptHandler):
            assert not all(isinstance(step, ast.Pass) for step in node.body), f"line {node.lineno}"
