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
]
