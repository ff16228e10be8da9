"""The formats of others that ganzoo itself reads; plugins bring their own."""

from ganzoo.core import entries

ENTRIES: list[entries.Importer] = [
    entries.Importer(
        name="r3gan-snapshot",
        target="ganzoo.importing.formats.r3gan:R3GANSnapshot",
        summary="network-snapshot-*.pkl of R3GAN's own program, of either layout",
        paper="arXiv:2501.05441",
        year=2025,
        license="unknown",
    ),
]
