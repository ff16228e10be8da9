"""Judges: small frozen classifiers that say what an image shows, and whose features distances are taken in.

    judge = load_judge("digits")
    judge.probabilities(images)  # (N, 10)
    judge.predict(images)        # (N,) int64
    judge.features(images)       # (N, 64)

Their weights ship with the package and are named by their hash, which is part of every score taken through them. To
train one again from its seed: `python -m ganzoo.metrics.train_judge digits`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Literal, overload

import torch
import torch.nn.functional as F
from safetensors.torch import load
from torch import Tensor

from ganzoo.errors import DataError, ModelDirectoryError, UnknownName
from ganzoo.metrics.judge_networks import SIZE, DigitsNetwork, JudgeNetwork, ShapesNetwork

SHA256 = {
    "digits": "764f55909bbe4b534e7ff3fbe16a96717095d21aef76be5cff2ecf81ffb122b9",
    "shapes": "97f7ead43360a304012ee2578068176808c192c4875f274798783fe95255a236",
}
BATCH_SIZE = 512
ACCEPTANCE = 0.9
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


class Judge:
    """A frozen network with the images' preparation in front of it.

    All methods take float images (N, C, H, W) in [-1, 1] of any size on any device, and return tensors on the judge's.

    Args:
        name: such as "digits".
        network: in eval mode, on the judge's device.
        sha256: of its weights' file.
    """

    def __init__(self, name: str, network: JudgeNetwork, sha256: str) -> None:
        self.name = name
        self.network = network.eval().requires_grad_(False)
        self.sha256 = sha256
        self.device = next(network.parameters()).device

    @property
    def label(self) -> str:
        """Name and short hash, to be quoted with every score: "digits-judge@0123456789ab"."""
        return f"{self.name}-judge@{self.sha256[:12]}"

    def features(self, images: Tensor) -> Tensor:
        """(N, 64): the layer below the answers, at least 0."""
        return self.run(self.network.trunk, images)

    def run(self, function: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
        """`function` of the prepared images, batch by batch, without gradients."""
        check_images(images)
        channels = self.network.channels
        with torch.no_grad():
            return torch.cat([function(prepare(part.to(self.device), channels)) for part in images.split(BATCH_SIZE)])


class DigitsJudge(Judge):
    """Which of the ten digits an image shows, if any. Colour images are turned grey."""

    network: DigitsNetwork

    def probabilities(self, images: Tensor) -> Tensor:
        """(N, 10): they sum to 1 minus the probability that the image is no digit, so all are low for garbage."""
        return self.run(lambda x: self.network(x).softmax(dim=1)[:, :10], images)

    def predict(self, images: Tensor) -> Tensor:
        """(N,) int64: the likeliest digit, however unlikely."""
        return self.probabilities(images).argmax(dim=1)

    def accepts(self, images: Tensor, *, threshold: float = ACCEPTANCE) -> Tensor:
        """(N,) bool: whether the likeliest digit has at least this probability."""
        return self.probabilities(images).max(dim=1).values >= threshold


class ShapesJudge(Judge):
    """What shape an RGB image shows, in what colour, and in which domain (for unpaired sets)."""

    network: ShapesNetwork

    def probabilities(self, images: Tensor, question: str = "shape") -> Tensor:
        """(N, K): of the answers to a question: "shape" (4), "colour" (6), or "domain" (3).

        Shapes and colours are numbered as in `ganzoo.data.drawing`. Domain 0 is red on dark, 1 is blue on light, 2 is
        neither.
        """
        if question not in self.network.heads:
            questions = ", ".join(self.network.heads)
            raise UnknownName(f"the shapes judge has no answer to {question!r}", hint=f"ask for one of {questions}")
        return self.run(lambda x: self.network(x)[question].softmax(dim=1), images)

    def predict(self, images: Tensor, question: str = "shape") -> Tensor:
        """(N,) int64: the likeliest answer to a question."""
        return self.probabilities(images, question).argmax(dim=1)


JUDGES: dict[str, tuple[type[Judge], type[JudgeNetwork]]] = {
    "digits": (DigitsJudge, DigitsNetwork),
    "shapes": (ShapesJudge, ShapesNetwork),
}


@overload
def load_judge(name: Literal["digits"], device: torch.device | str = "cpu") -> DigitsJudge: ...
@overload
def load_judge(name: Literal["shapes"], device: torch.device | str = "cpu") -> ShapesJudge: ...
@overload
def load_judge(name: str, device: torch.device | str = "cpu") -> Judge: ...
def load_judge(name: str, device: torch.device | str = "cpu") -> Judge:
    """A judge by name, "digits" or "shapes", on a device; the same object at every call.

    Raises: UnknownName; ModelDirectoryError if its weights are missing or not those that the scores are defined by.
    """
    return _load_judge(name, str(device))


@cache
def _load_judge(name: str, device: str) -> Judge:
    if name not in JUDGES:
        raise UnknownName(f"there is no judge {name!r}", hint=f"the judges are {', '.join(JUDGES)}")
    kind, network_class = JUDGES[name]
    file = resources.files("ganzoo.metrics") / "weights" / f"{name}-judge.safetensors"
    data = file.read_bytes() if file.is_file() else b""
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256[name]:
        state = f"has sha256 {found[:12]}, not {SHA256[name][:12]}" if data else "is missing"
        raise ModelDirectoryError(
            f"the weights of the {name} judge: {file} {state}",
            hint="reinstall ganzoo (pip install --force-reinstall --no-deps ganzoo), or train the judge again: "
            f"python -m ganzoo.metrics.train_judge {name}",
        )
    with torch.device("meta"):  # so that no random numbers are drawn
        network = network_class()
    network.load_state_dict(load(data), assign=True)
    return kind(name, network.to(device), found)


def check_images(images: Tensor) -> None:
    """Raises DataError for what a judge cannot look at."""
    if images.ndim != 4 or len(images) == 0 or images.shape[1] not in (1, 3) or not images.is_floating_point():
        raise DataError(
            f"a judge looks at float images (N, 1 or 3, H, W) in [-1, 1], not at {images.dtype} {tuple(images.shape)}"
        )
    if not bool(torch.isfinite(images).all()):
        raise DataError("the images hold NaN or infinity", hint="the model that made them has diverged")


def prepare(images: Tensor, channels: int) -> Tensor:
    """(N, 1 or 3, H, W) to (N, channels, 16, 16): grey if need be, resized bilinearly with antialiasing."""
    images = images.float()
    if images.shape[1] == 3 and channels == 1:
        images = torch.einsum("nchw,c->nhw", images, images.new_tensor(LUMA))[:, None]
    images = images.expand(-1, channels, -1, -1)
    return F.interpolate(images, (SIZE, SIZE), mode="bilinear", antialias=True, align_corners=False)
