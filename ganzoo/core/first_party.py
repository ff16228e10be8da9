"""Plugins by the makers of ganzoo: the only names for which an error tells the user what to install."""

from __future__ import annotations

DISTRIBUTIONS = {
    "biggan": "ganzoo-plugin-biggan",
    "sequence": "ganzoo-plugin-sequence",
    "stylegan": "ganzoo-plugin-stylegan",
    "translate": "ganzoo-plugin-translate",
}
