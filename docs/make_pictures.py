"""Makes the pictures of the README from what ``o2o demo`` left: ``python docs/make_pictures.py demo-out``.

Needs Chromium for the picture of the report.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
from PIL import Image

PICTURES = Path(__file__).parent / "pictures"
WIDTH = 900
PAGES = {"tags": ("tags-S001.pdf", 4), "badges": ("badges.pdf", 0), "signage": ("signage-S001.pdf", 3)}
HEIGHT = 760
REPORT_HEIGHT = 1_200
MOST_BYTES = 150_000


def make_pictures(demo: Path) -> None:
    """Write a PNG of a page of each kind of print and of the top of the report."""
    PICTURES.mkdir(exist_ok=True)
    for name, (pdf, page) in PAGES.items():
        save(render_page(demo / pdf, page), name)
    save(photograph(demo / "report.html"), "report")


def render_page(pdf: Path, index: int) -> Image.Image:
    """Return the top of a page of a PDF, as wide as a picture may be."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[index]
        picture: Image.Image = page.render(scale=2 * WIDTH / page.get_width()).to_pil()
    whole = picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)
    return whole.crop((0, 0, WIDTH, min(HEIGHT, whole.height)))


def photograph(html: Path) -> Image.Image:
    """Return the top of a page as Chromium shows it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
    with TemporaryDirectory() as folder:
        png = Path(folder) / "page.png"
        options = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={WIDTH},{REPORT_HEIGHT}"]
        command = [chromium, *options, f"--screenshot={png}", html.resolve().as_uri()]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command
        return Image.open(png).convert("RGB").crop((0, 0, WIDTH, REPORT_HEIGHT))


def save(picture: Image.Image, name: str) -> None:
    """Write a picture with as many colours as its size allows."""
    path = PICTURES / f"{name}.png"
    for colours in (128, 64, 32, 16):
        picture.quantize(colours).save(path, optimize=True)
        if path.stat().st_size < MOST_BYTES:
            return


if __name__ == "__main__":
    make_pictures(Path(sys.argv[1]))
