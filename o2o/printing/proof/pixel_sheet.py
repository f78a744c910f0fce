"""Pages that are pictures: of a screen, a shelf label, or for the web."""

from math import ceil, floor
from typing import TYPE_CHECKING

from o2o.printing.drawing.units import MM_PER_INCH
from o2o.printing.proof.picture import Area, Picture

if TYPE_CHECKING:
    from PIL.Image import Image


class PixelSheet:
    """A page that is a picture: of a screen, a shelf label, or for the web."""

    def __init__(self, image: "Image", width: float) -> None:
        import numpy as np

        self._greys = np.asarray(_flattened(image).convert("L"))
        self._scale = self._greys.shape[1] / width

    def look(self, dpi: float, across: float = 0.0) -> Picture:
        """Return the whole picture: it has the pixels that it has."""
        del dpi, across
        return Picture(self._greys, self._scale, self._scale)

    def look_at(self, area: Area, dpi: float) -> Picture:
        """Return an area of the picture, each pixel as many times as reaches the resolution."""
        import numpy as np

        times = max(1, ceil(dpi / MM_PER_INCH / self._scale))
        left, top = max(0, floor(area.x * self._scale)), max(0, floor(area.y * self._scale))
        cut = Picture(self._greys, self._scale, self._scale).cut(area)
        finer = np.ascontiguousarray(cut.repeat(times, axis=0).repeat(times, axis=1))
        return Picture(finer, self._scale * times, self._scale * times, left / self._scale, top / self._scale)

    def text(self, area: Area) -> None:
        """Return None: texts of a picture can't be compared."""
        del area

    def hidden_texts(self, area: Area) -> list[str]:
        """Return none."""
        del area
        return []


def _flattened(image: "Image") -> "Image":
    from PIL import Image as Images

    if "A" not in image.getbands() and "transparency" not in image.info:
        return image
    ground = Images.new("RGBA", image.size, "white")
    ground.alpha_composite(image.convert("RGBA"))
    return ground
