"""A format for tests: a pickled table {"toy": class share, "net": tensors of a tiny gan}."""

from __future__ import annotations

import ganzoo
from ganzoo.importing import Imported, Importer, Source
from ganzoo.testing.tiny import build_tiny
from ganzoo.weights import copy_into, named_tensors

LICENSE = "cc0-1.0"


class Toy(Importer):
    license = LICENSE

    def recognises(self, source: Source) -> bool:
        return not source.is_folder and isinstance(source.content, dict) and "toy" in source.content

    def convert(self, source, *, entry=None):
        gan, data = build_tiny("gan", seed=0)
        copy_into(gan, source.content["net"], what="the toy")
        gan.data = data.spec
        return Imported(gan.eval(), None, self.license, "toy program 1.0", ("a note",))

    def outputs(self, imported, entry, inputs, kwargs):
        return {"img": imported.sampler.generator(inputs["z"])}


class OwnTerms(Toy):
    license = "LicenseRef-Nvidia-Source-Code"


class NobodySaid(Toy):
    license = "unknown"


class Plugin:
    """Registers one or several of them."""

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds

    @ganzoo.hookimpl
    def ganzoo_entries(self):
        return [
            ganzoo.entries.Importer(name=kind.lower(), target=f"toy:{kind}", summary="For tests") for kind in self.kinds
        ]


def checkpoint(seed: int = 5) -> dict:
    gan, _ = build_tiny("gan", seed=seed)
    return {"toy": 1, "net": {name: tensor.clone() for name, tensor in named_tensors(gan).items()}}
