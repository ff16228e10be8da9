"""Snapshots of R3GAN's own program (brownvc/R3GAN): modules pickled by reference, without their settings.

    {"G", "D", "G_ema": Generator or Discriminator, "training_set_kwargs", "cur_nimg", "G_opt_state", "D_opt_state"}

The settings are in the shapes: widths, groups, blocks, labels. Files on the Hub name modules of an older layout
(BaselineGAN.*, training.networks_baseline), so what counts are the classes and the names of the tensors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from ganzoo.creation import create
from ganzoo.errors import ConfigError, ModelDirectoryError, UntrustedFile
from ganzoo.gan import GAN
from ganzoo.importing.importer import Imported, Importer
from ganzoo.importing.modules import Module, as_module, is_module
from ganzoo.importing.source import Source
from ganzoo.weights import copy_into

NETWORKS = ("G_ema", "G", "D")
LAYERS = {"LinearLayer1.Layer.weight": "expand.weight", "NonLinearity1.Bias": "activation1.bias",
          "LinearLayer2.Layer.weight": "mix.weight", "NonLinearity2.Bias": "activation2.bias",
          "LinearLayer3.Layer.weight": "contract.weight"}  # fmt: skip


class R3GANSnapshot(Importer):
    """network-snapshot-*.pkl of brownvc/R3GAN. The repository carries no licence."""

    def recognises(self, source: Source) -> bool:
        if source.is_folder or not isinstance(content := source.content, dict):
            return False
        found = [content[name] for name in NETWORKS if is_module(content.get(name))]
        try:
            return bool(found) and all("MainLayers" in backbone(as_module(value)).children for value in found)
        except UntrustedFile:
            return False

    def convert(self, source: Source, *, entry: str | None = None) -> Imported:
        networks = {name: as_module(source.content[name]) for name in NETWORKS if source.content.get(name) is not None}
        sampled = entry or ("G_ema" if "G_ema" in networks else "G")
        if sampled == "D" or sampled not in networks:
            raise ConfigError(f"the file holds no generator {sampled!r}", hint=f"it holds {', '.join(networks)}")
        parts = {name: Network(network) for name, network in networks.items()}
        config = joined([part.config for part in (parts[sampled], *parts.values())])
        sampler = built(config, {"generator": parts[sampled]})
        live, notes = None, []
        if "D" in parts:
            live = built(config, {"generator": parts.get("G", parts[sampled]), "discriminator": parts["D"]})
        if config["bf16_stages"]:
            notes.append(
                f"was trained with bfloat16 in its last {config['bf16_stages']} stages; it computes in float32 here "
                "unless its `bf16` is set"
            )
        return Imported(sampler, live, "unknown", "brownvc/R3GAN (arXiv:2501.05441)", tuple(notes))

    def outputs(
        self, imported: Imported, entry: str, inputs: dict[str, Tensor], kwargs: dict[str, Any]
    ) -> dict[str, Tensor]:
        """In bfloat16 where the original networks do, unless the original call's `dtype` speaks of float32."""
        gan = imported.live if entry in ("G", "D") and imported.live is not None else imported.sampler
        said = str(kwargs.get("dtype", "")).lower()
        halves = 0 if "fp32" in said or "float32" in said else gan.bf16_stages
        code = inputs["c"] if gan.num_classes else None
        if entry == "D":
            if imported.live is None:
                raise ConfigError("the file holds no discriminator")
            return {"logits": gan.discriminator(inputs["img"], code, halves)}
        return {"img": gan.generator(inputs["z"], code, halves)}


class Network:
    """One network of a snapshot: the config that its shapes speak of, and its tensors by our names.

    Raises: UntrustedFile for what is no such network, or has tensors that nobody asked for.
    """

    def __init__(self, module: Module) -> None:
        body = backbone(module)
        self.left = {name: tensor.float() for name, tensor in body.state_dict().items()}
        self.tensors: dict[str, Tensor] = {}
        stages = list(body.children["MainLayers"].children.items())
        if not stages:
            raise UntrustedFile("the network has no stages")
        generates = "AggregationLayer" in body.children
        numbered = list(enumerate(stages if generates else reversed(stages)))
        self.config: dict[str, Any] = {"num_classes": None, "resampling_filter": (1.0, 2.0, 1.0)}
        self.kinds: set[tuple[int, int]] = set()  # expansion and kernel size of every block
        widths: list[int] = []
        groups, blocks = [], []
        for number, (key, stage) in numbered:
            width, group, count = self.stage(number, f"MainLayers.{key}.Layers", stage, generates=generates)
            widths.append(width or widths[-1])
            groups.append(group)
            blocks.append(count)
        if len(self.kinds) > 1:
            raise UntrustedFile(f"blocks of several kinds (expansion, kernel): {sorted(self.kinds)}")
        expansion, kernel = next(iter(self.kinds), (2, 3))
        edge, ours = ("AggregationLayer", "to_image") if generates else ("ExtractionLayer", "from_image")
        self.take(f"{edge}.Layer.weight", f"{ours}.weight")
        if "EmbeddingLayer.weight" in self.left:
            self.take("EmbeddingLayer.weight", "embedding.weight")
            dim, self.config["num_classes"] = self.tensors["embedding.weight"].shape
            self.config["embedding_dim" if generates else "discriminator_embedding_dim"] = dim
        halves = [half_precision(stage) for _, (_, stage) in numbered]
        height, width = (side * 2 ** (len(stages) - 1) for side in self.tensors["basis"].shape[-2:])
        self.config |= {
            "channels": self.tensors[f"{ours}.weight"].shape[0 if generates else 1],
            "image_size": height if height == width else (height, width),
            "widths": tuple(widths),
            "groups": tuple(groups),
            "blocks": tuple(blocks),
            "expansion": expansion,
            "kernel_size": kernel,
            "bf16_stages": sum(halves) if halves == sorted(halves) else 0,
        }
        if generates:
            self.config["latent_dim"] = self.tensors["scale.weight"].shape[1] - self.config.get("embedding_dim", 0)
            said = module.attributes.get("z_dim", self.config["latent_dim"])
            if said != self.config["latent_dim"]:
                raise UntrustedFile(f"it says z_dim={said!r:.20}, and its tensors {self.config['latent_dim']}")
        if self.left:
            raise UntrustedFile(f"tensors that no R3GAN has: {', '.join(list(self.left)[:6])}")

    def stage(self, number: int, path: str, stage: Module, *, generates: bool) -> tuple[int, int, int]:
        """Take the tensors of a stage (0 is that of 4 x 4 pixels); its width, groups and blocks."""
        layers = stage.children["Layers"].children if "Layers" in stage.children else {}
        names = list(layers)
        if not names:
            raise UntrustedFile(f"{path} holds no layers")
        transition = names[0] if generates else names[-1]
        width = self.transition(number, f"{path}.{transition}", layers[transition], generates=generates)
        group = 1
        inner = [name for name in names if name != transition]
        for position, name in enumerate(inner):
            new = f"stages.{number}.{position}"
            for theirs, ours in LAYERS.items():
                self.take(f"{path}.{name}.{theirs}", f"{new}.{ours}")
            expand, mix = self.tensors[f"{new}.expand.weight"], self.tensors[f"{new}.mix.weight"]
            width, wide = expand.shape[1], expand.shape[0]
            group = wide // max(mix.shape[1], 1)
            self.kinds.add((wide // max(width, 1), mix.shape[-1]))
        return width, group, len(inner)

    def transition(self, number: int, path: str, layer: Module, *, generates: bool) -> int:
        """Take the tensors of a basis or of a change of resolution; the width of the stage as far as they tell."""
        if number == 0:
            linear = f"{path}.LinearLayer.weight"
            self.take(f"{path}.Basis" if generates else f"{path}.Basis.weight", "basis")
            self.take(linear, "scale.weight" if generates else "score.weight")
            return self.tensors["basis"].shape[0]
        kernel = self.left.pop(f"{path}.Resampler.Kernel", None)
        if kernel is not None:
            self.config["resampling_filter"] = filter_of(kernel)
        projection = f"{path}.LinearLayer.Layer.weight"
        if projection not in self.left:
            return 0
        self.take(projection, f"resampling.{number - 1}.project.weight")
        return self.tensors[f"resampling.{number - 1}.project.weight"].shape[0 if generates else 1]

    def take(self, theirs: str, ours: str) -> None:
        if theirs not in self.left:
            raise UntrustedFile(f"the network has no tensor {theirs}")
        tensor = self.tensors[ours] = self.left.pop(theirs)
        convolution = theirs.endswith((".Layer.weight", ".Basis.weight"))
        dims = 4 if convolution else {"Basis": 3, "weight": 2}.get(theirs.rpartition(".")[2], 1)
        if tensor.ndim != dims or not tensor.numel():
            raise UntrustedFile(f"{theirs} has the shape {tuple(tensor.shape)}: {dims} sizes above 0 are needed")


def backbone(module: Module) -> Module:
    """The network itself, which the training program wraps as `Model`. Raises: UntrustedFile."""
    inner = module.children.get("Model", module)
    edges = {"AggregationLayer", "ExtractionLayer"} & set(inner.children)
    if inner.class_name not in ("Generator", "Discriminator") or "MainLayers" not in inner.children or len(edges) != 1:
        raise UntrustedFile(f"{inner.class_name:.80} is no network of R3GAN")
    return inner


def half_precision(stage: Module) -> bool:
    """Whether a stage computed in half precision."""
    kind = getattr(stage.attributes.get("DataType"), "name", "float32")
    if kind not in ("float32", "bfloat16"):
        raise UntrustedFile(f"a stage computes in {kind}: float32 and bfloat16 are known")
    return kind == "bfloat16"


def filter_of(kernel: Tensor) -> tuple[float, ...]:
    """The filter whose convolution with [1, 1] is every row of a kernel, its first tap 1. Raises: UntrustedFile."""
    taps = kernel.sum(0).tolist() if kernel.ndim == 2 and kernel.shape[0] == kernel.shape[1] else []
    found: list[float] = []
    for tap in taps[:-1]:
        found.append(tap - (found[-1] if found else 0.0))
    outer = kernel.sum(0)[:, None] * kernel.sum(0) if found else kernel
    if not found or not found[0] or not outer.allclose(kernel, atol=1e-6) or abs(found[-1] - taps[-1]) > 1e-6:
        raise UntrustedFile("the kernel of a resampler is no product of a filter and [1, 1] with itself")
    return tuple(round(tap / found[0], 5) for tap in found)


def joined(configs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The config of all networks, which mirror each other; their precision is the first one's.

    Raises: UntrustedFile where they are built differently.
    """
    whole: dict[str, Any] = {}
    for config in configs:
        config = {**config, "bf16_stages": whole.get("bf16_stages", config["bf16_stages"])}
        differ = [f"{key} {whole[key]} and {value}" for key, value in config.items() if whole.get(key, value) != value]
        if differ:
            raise UntrustedFile(f"the networks do not mirror each other: {'; '.join(differ)}")
        whole |= config
    return whole


def built(config: dict[str, Any], parts: dict[str, Network]) -> GAN:
    """The GAN of a config with the tensors of its parts; without a discriminator it only samples.

    Raises: UntrustedFile where config and tensors do not fit.
    """
    tensors = {f"{part}.{name}": tensor for part, found in parts.items() for name, tensor in found.tensors.items()}
    try:
        gan = create("ganzoo.r3gan", **config)
        if "discriminator" not in parts:
            gan.keep_only_sampling()
        copy_into(gan, tensors, what="the snapshot")
    except (ConfigError, ModelDirectoryError) as error:
        raise UntrustedFile(f"the snapshot describes no R3GAN: {error.message}") from error
    return gan
