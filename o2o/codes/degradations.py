"""What happens to a code between paper and phone, simulated: the same eighteen troubles for every picture.

Each is mild enough that a plain code at level M passes all of them; a look that costs too much margin does not.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from math import ceil, cos, pi, sin
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

PIXELS = 6
"""Pixels of a module of the picture that is degraded: a code held at arm's length by a phone."""

_SEED = 20
Trouble = Callable[["Image"], "Image"]


def degrade(image: "Image") -> Iterator[tuple[str, "Image"]]:
    """Yield the name of each trouble and what it makes of a grey picture with ``PIXELS`` a module."""
    for name, trouble in TROUBLES.items():
        yield name, trouble(image)


def _blur(sigma: float) -> Trouble:
    def blur(image: "Image") -> "Image":
        from PIL import ImageFilter

        return image.filter(ImageFilter.GaussianBlur(sigma))

    return blur


def _noise(sigma: float) -> Trouble:
    def noise(image: "Image") -> "Image":
        import numpy as np

        pixels = np.asarray(image, float)
        return _as_image(pixels + np.random.default_rng(_SEED).normal(0, sigma, pixels.shape))

    return noise


def _contrast(darkest: int, lightest: int) -> Trouble:
    return lambda image: image.point([round(darkest + (lightest - darkest) * level / 255) for level in range(256)])


def _shadow(image: "Image") -> "Image":
    import numpy as np

    pixels = np.asarray(image, float)
    return _as_image(pixels * np.linspace(1.0, 0.45, pixels.shape[1]))


def _glare(image: "Image") -> "Image":
    import numpy as np

    pixels = np.asarray(image, float)
    y, x = np.mgrid[-1 : 1 : pixels.shape[0] * 1j, -1 : 1 : pixels.shape[1] * 1j]
    return _as_image(pixels + 120 * np.exp(-((x - 0.3) ** 2 + (y + 0.2) ** 2) * 6))


def _smear(image: "Image") -> "Image":
    import numpy as np

    pixels = np.asarray(image, float)
    length = PIXELS - 1
    return _as_image(sum(np.roll(pixels, step, axis=1) for step in range(length)) / length)


def _shrink(pixels: float) -> Trouble:
    def shrink(image: "Image") -> "Image":
        from PIL import Image

        size = (round(image.width * pixels / PIXELS), round(image.height * pixels / PIXELS))
        return image.resize(size, Image.Resampling.BILINEAR)

    return shrink


def _turn(degrees: float) -> Trouble:
    def turn(image: "Image") -> "Image":
        from PIL import Image

        return image.rotate(degrees, Image.Resampling.BILINEAR, expand=True, fillcolor=255)

    return turn


def _lean(left: float, right: float) -> Trouble:
    """Look from the side: the left and the right edge keep these shares of their height."""

    def lean(image: "Image") -> "Image":
        from PIL import Image

        width, height = image.size
        corners = [(0, (1 - left) / 2), (1, (1 - right) / 2), (1, (1 + right) / 2), (0, (1 + left) / 2)]
        target = [(x * width, y * height) for x, y in corners]
        source = [(0, 0), (width, 0), (width, height), (0, height)]
        return image.transform(
            image.size,
            Image.Transform.PERSPECTIVE,
            _projection(target, source),
            Image.Resampling.BILINEAR,
            fillcolor=255,
        )

    return lean


def _projection(source: Sequence[tuple[float, float]], target: Sequence[tuple[float, float]]) -> list[float]:
    import numpy as np

    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(number) for number in np.linalg.solve(np.array(rows, float), np.array(values, float))]


def _torn(share: float) -> Trouble:
    """Take away a corner: the lower right one, where no finder pattern is."""

    def tear(image: "Image") -> "Image":
        torn = image.copy()
        side = ceil(image.width * share)
        torn.paste(255, (image.width - side, image.width - side, image.width, image.width))
        return torn

    return tear


def _stain(image: "Image") -> "Image":
    from PIL import ImageDraw

    stained = image.copy()
    angle, far, radius = 0.9 * pi, image.width * 0.21, image.width * 0.045
    x, y = image.width / 2 + far * cos(angle), image.width / 2 + far * sin(angle)
    ImageDraw.Draw(stained).ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return stained


def _jpeg(image: "Image") -> "Image":
    from PIL import Image

    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=15)
    with Image.open(packed) as unpacked:
        return unpacked.copy()


def _both(one: Trouble, other: Trouble) -> Trouble:
    return lambda image: other(one(image))


def _as_image(pixels: "NDArray[np.float64] | Any") -> "Image":
    from PIL import Image

    return Image.fromarray(pixels.clip(0, 255).astype("uint8"))


TROUBLES: dict[str, Trouble] = {
    "out of focus": _blur(1.5),
    "far out of focus": _blur(2.5),
    "grainy": _noise(30),
    "very grainy": _noise(45),
    "pale": _contrast(70, 190),
    "very pale": _contrast(105, 165),
    "half in shadow": _shadow,
    "under a lamp": _glare,
    "moved": _smear,
    "far away": _shrink(3),
    "farther away": _shrink(2),
    "turned": _turn(17),
    "turned by 45 degrees": _turn(45),
    "from the left": _lean(0.95, 0.7),
    "from the right": _lean(0.7, 0.95),
    "a corner missing": _torn(0.27),
    "stained and pale": _both(_stain, _contrast(70, 190)),
    "out of focus and badly packed": _both(_blur(1.2), _jpeg),
}
"""The eighteen troubles."""
