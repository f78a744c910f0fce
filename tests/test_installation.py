"""Installed as wheel, as sdist and editable, the command works from any folder with its templates and fonts."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROBE = (
    "from o2o.resources import find_resource, templates_folder\n"
    "assert list(templates_folder().glob('*.toml')), templates_folder()\n"
    "assert list(find_resource('assets', 'fonts').glob('*.ttf')), find_resource('assets')\n"
    "import o2o; print(o2o.__file__)\n"
)


def call(*command: str | Path, cwd: Path) -> str:
    own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "O2O_DB")}
    run = subprocess.run([str(part) for part in command], cwd=cwd, env=own, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the project's files are, so that a build leaves nothing behind in the checkout."""
    folder = tmp_path_factory.mktemp("source")
    names = call("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).splitlines()
    for name in names:
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    return folder


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist."""
    out = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", "--outdir", out, source, cwd=out)
    return out


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh virtual environment."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=True)
    return folder / ("Scripts" if sys.platform == "win32" else "bin")


def check_works(environment: Path, folder: Path) -> None:
    assert str(ROOT) not in call(environment / "python", "-c", PROBE, cwd=folder)
    shop = ("--base-url", "https://s.shop.com", "--currency", "CNY", "--timezone", "Asia/Shanghai")
    call(environment / "o2o", "init", *shop, cwd=folder)
    (folder / "places.csv").write_text("place_id,store_id,name,carrier,zone\nD1,,大门,门头,\n", encoding="utf-8")
    call(environment / "o2o", "catalog", "import", "places.csv", cwd=folder)
    call(environment / "o2o", "report", "attribution", "--outcome", "orders", cwd=folder)
    call(environment / "o2o", "touchpoint", "mint", cwd=folder)
    call(environment / "o2o", "print", "signage", "--place", "D1", "--out", "signage.pdf", cwd=folder)
    call(environment / "o2o", "proof", "signage.pdf", cwd=folder)


def test_wheel_sdist_and_editable_work_from_any_folder(
    source: Path, built: Path, environment: Path, tmp_path: Path
) -> None:
    pip = (environment / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    installations = {
        "wheel": (next(built.glob("*.whl")),),
        "sdist": ("--no-deps", "--force-reinstall", next(built.glob("*.tar.gz"))),
        "editable": ("--no-deps", "--force-reinstall", "--editable", source),
    }
    for name, what in installations.items():
        (tmp_path / name).mkdir()
        call(*pip, *what, cwd=tmp_path)
        check_works(environment, tmp_path / name)
