"""How often StyleGAN3's layers sample, and what they let through (arXiv:2106.12423, section 3.2 and figure 4)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from ganzoo.errors import ConfigError

MARGIN = 10  # pixels around the image
FIRST_CUTOFF, FIRST_STOPBAND, LAST_STOPBAND = 2.0, 2**2.1, 2**0.3


@dataclass(frozen=True)
class LayerPlan:
    """One layer: what comes in and what goes out.

    Args:
        in_channels, out_channels: widths.
        in_size, out_size: sides in pixels, margins included.
        in_rate, out_rate: samples per side of the image.
        in_cutoff, out_cutoff: frequencies that pass, in cycles per side.
        in_half_width, out_half_width: of the transition bands.
        kernel: 1 or 3.
        critical: at the rate at which the image is sampled, with filters as sharp as can be.
        image: makes the image: linear, and without demodulation.
    """

    in_channels: int
    out_channels: int
    in_size: int
    out_size: int
    in_rate: int
    out_rate: int
    in_cutoff: float
    out_cutoff: float
    in_half_width: float
    out_half_width: float
    kernel: int = 3
    critical: bool = False
    image: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain data, which `read` takes."""
        return asdict(self)

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> LayerPlan:
        """The plan that a mapping describes. Raises: ConfigError."""
        kinds: dict[str, type] = {"int": int, "float": float, "bool": bool}
        known = {field.name: kinds[str(field.type)] for field in fields(cls)}
        if set(given) != set(known):
            raise ConfigError(f"a layer's plan has the settings {', '.join(known)}, not {', '.join(given)}")
        values = {name: given[name] for name in known}
        for name, value in values.items():
            number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
            fits = (
                isinstance(value, bool)
                if known[name] is bool
                else number and (known[name] is float or value == int(value))
            )
            if not fits or (known[name] is not bool and value <= 0):
                raise ConfigError(f"a layer's plan has {name}={value!r}: a {known[name].__name__} above 0 is needed")
        plan = cls(**{name: known[name](value) for name, value in values.items()})
        if plan.kernel not in (1, 3) or max(plan.in_rate, plan.out_rate) % min(plan.in_rate, plan.out_rate):
            raise ConfigError(f"a layer's plan has a kernel of {plan.kernel} and rates {plan.in_rate}, {plan.out_rate}")
        return plan


def plan_layers(
    image_size: int, channels: int, *, layers: int, channel_base: int, channel_max: int, kernel: int, critical: int = 2
) -> list[LayerPlan]:
    """`layers` layers, and one more that makes the image. Raises: ConfigError."""
    if layers <= critical or image_size < 8 or min(channels, channel_base, channel_max) < 1:
        raise ConfigError(
            f"image_size={image_size}, channels={channels}, layers={layers}, channel_base={channel_base}, channel_max="
            f"{channel_max}: {critical + 1} layers, 8 pixels and a channel are the least"
        )
    last = image_size / 2
    shares = [min(layer / (layers - critical), 1.0) for layer in range(layers + 1)]
    cutoffs = [FIRST_CUTOFF * (last / FIRST_CUTOFF) ** share for share in shares]
    stopbands = [FIRST_STOPBAND * (last * LAST_STOPBAND / FIRST_STOPBAND) ** share for share in shares]
    rates = [2 ** math.ceil(math.log2(min(2 * band, image_size))) for band in stopbands]
    halves = [max(band, rate / 2) - cutoff for band, rate, cutoff in zip(stopbands, rates, cutoffs, strict=True)]
    sizes = [rate + 2 * MARGIN for rate in rates[:-2]] + [image_size] * 2
    widths = [round(min(channel_base / 2 / cutoff, channel_max)) for cutoff in cutoffs[:-1]] + [channels]
    plans = []
    for layer in range(layers + 1):
        before, image = max(layer - 1, 0), layer == layers
        plans.append(
            LayerPlan(
                widths[before], widths[layer], sizes[before], sizes[layer], rates[before], rates[layer],
                cutoffs[before], cutoffs[layer], halves[before], halves[layer],
                1 if image else kernel, layer >= layers - critical, image,
            )
        )  # fmt: skip
    return plans
