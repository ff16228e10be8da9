"""Weights that others published, turned into model directories without executing anything in their files.

from ganzoo.importing import Importer, Imported, Source          # to write an importer
from ganzoo.importing import as_module, as_network, plain        # what pickles hold, as trees of tensors
from ganzoo.importing import convert                             # what `ganzoo import` does
"""

from ganzoo.importing.conversion import convert
from ganzoo.importing.importer import Imported, Importer
from ganzoo.importing.modules import Module, as_module, is_module
from ganzoo.importing.records import Record, Ref, Refused, plain
from ganzoo.importing.source import Source
from ganzoo.importing.tf_network import Network, as_network, is_network

__all__ = [
    "Imported", "Importer", "Module", "Network", "Record", "Ref", "Refused", "Source", "as_module", "as_network",
    "convert", "is_module", "is_network", "plain",
]  # fmt: skip
