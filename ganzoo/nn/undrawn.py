"""Building networks without their initial weights, where those of a file come next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

# What fills a tensor in place, with numbers that are drawn or that depend on its shape alone.
FILLING = {name for name in vars(nn.init) if name.endswith("_") and not name.startswith("_")} | {
    name for name in ("bernoulli_", "cauchy_", "exponential_", "fill_", "geometric_", "log_normal_", "normal_",
                      "random_", "uniform_", "zero_") if hasattr(Tensor, name)
}  # fmt: skip


class Undrawn(TorchFunctionMode):
    """Inside `torch.device("meta")`, whose tensors hold no numbers: filling and drawing them does nothing.

    torch would do nothing as well, but slowly: it imports its tracers of graphs for it, which takes longer than all the
    rest of loading a small model.
    """

    def __torch_function__(
        self, func: Callable[..., Any], types: Iterable[type], args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        given: Mapping[str, Any] = kwargs or {}
        if getattr(func, "__name__", None) in FILLING:
            filled = args[0] if args else given.get("tensor")
            if isinstance(filled, Tensor) and filled.is_meta:
                return filled
        if func in (torch.rand, torch.randn) and given.get("device") is None and given.get("out") is None:
            return torch.empty(*args, **{name: value for name, value in given.items() if name != "generator"})
        return func(*args, **given)
