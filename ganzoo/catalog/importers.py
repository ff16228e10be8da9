"""The formats of others that ganzoo itself reads; plugins bring their own."""

from ganzoo.core import entries

ENTRIES: list[entries.Importer] = []
