"""Data sets."""

from ganzoo.core import entries

ENTRIES = [
    entries.Dataset(
        name="digits",
        summary="1,797 real handwritten digits of UCI, shipped with the package",
        target="ganzoo.data.digits:digits",
        year=1998,
        tags=("image", "labelled", "offline"),
        license="CC-BY-4.0",
    ),
    entries.Dataset(
        name="ring8",
        summary="Eight Gaussians on a circle, optionally of unequal weight",
        target="ganzoo.data.ring8:ring8",
        tags=("points", "labelled", "offline"),
    ),
    entries.Dataset(
        name="grid25",
        summary="Twenty-five Gaussians on a grid",
        target="ganzoo.data.grid25:grid25",
        tags=("points", "labelled", "offline"),
        paper="arXiv:1712.04086",
        year=2018,
    ),
    entries.Dataset(
        name="gauss",
        summary="One Gaussian of any dimension",
        target="ganzoo.data.gauss:gauss",
        tags=("points", "offline"),
    ),
    entries.Dataset(
        name="gmm2",
        summary="Two Gaussians of any dimension, distance and share",
        target="ganzoo.data.gauss:gmm2",
        tags=("points", "labelled", "offline"),
        aliases=("gauss-mixture",),
    ),
    entries.Dataset(
        name="swiss-roll",
        summary="A noisy spiral in the plane",
        target="ganzoo.data.curves:swiss_roll",
        tags=("points", "offline"),
    ),
    entries.Dataset(
        name="moons",
        summary="Two interleaved half circles",
        target="ganzoo.data.curves:moons",
        tags=("points", "labelled", "offline"),
    ),
    entries.Dataset(
        name="shapes",
        summary="Coloured circles, squares, triangles and crosses, every attribute known",
        target="ganzoo.data.shapes:shapes",
        tags=("image", "labelled", "offline"),
    ),
    entries.Dataset(
        name="unpaired",
        summary="Red shapes on dark and blue shapes on light, for unpaired translation",
        target="ganzoo.data.shapes:unpaired",
        tags=("image", "unpaired", "offline"),
    ),
    entries.Dataset(
        name="mnist",
        summary="70,000 handwritten digits, 28x28 grey",
        target="ganzoo.data.torchvision_sets:mnist",
        year=1998,
        tags=("image", "labelled"),
    ),
    entries.Dataset(
        name="fashion-mnist",
        summary="70,000 pictures of clothes, 28x28 grey",
        target="ganzoo.data.torchvision_sets:fashion_mnist",
        paper="arXiv:1708.07747",
        year=2017,
        tags=("image", "labelled"),
        license="MIT",
    ),
    entries.Dataset(
        name="cifar10",
        summary="60,000 photographs of ten kinds of things, 32x32 RGB",
        target="ganzoo.data.torchvision_sets:cifar10",
        year=2009,
        tags=("image", "labelled"),
    ),
    entries.Dataset(
        name="folder",
        summary="Your own images: a directory, zip or tar; give its path as --data ./images",
        target="ganzoo.data.folder:folder",
        tags=("image",),
    ),
]
