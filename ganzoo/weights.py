"""The tensors of a module by name: each stored once, strictly matched when they come back."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from ganzoo.errors import ModelDirectoryError


def named_tensors(module: nn.Module) -> dict[str, Tensor]:
    """Parameters and persistent buffers by name; what several modules share appears once, under its first name."""
    kept = module.state_dict(keep_vars=True).keys()
    tensors: dict[str, Tensor] = {}
    for named in (module.named_parameters(), module.named_buffers()):
        tensors.update((name, tensor) for name, tensor in named if name in kept)
    return tensors


def to_store(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copies on the CPU that share no memory, as safetensors wants them."""
    return {
        name: tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
        for name, tensor in tensors.items()
    }


def mismatches(
    expected: Mapping[str, tuple[tuple[int, ...], str]], found: Mapping[str, tuple[tuple[int, ...], str]]
) -> list[str]:
    """What differs between two tables of name -> (shape, dtype), in words."""
    problems = [f"missing tensor {name!r}" for name in expected if name not in found]
    problems += [f"unexpected tensor {name!r}" for name in found if name not in expected]
    problems += [
        f"{name!r} is {found[name][1]} {list(found[name][0])}, not {expected[name][1]} {list(expected[name][0])}"
        for name in expected
        if name in found and expected[name] != found[name]
    ]
    return problems


def table(tensors: Mapping[str, Tensor]) -> dict[str, tuple[tuple[int, ...], str]]:
    """Name -> (shape, dtype) of tensors."""
    return {name: (tuple(tensor.shape), str(tensor.dtype).removeprefix("torch.")) for name, tensor in tensors.items()}


def copy_into(module: nn.Module, tensors: Mapping[str, Tensor], *, what: str) -> None:
    """Copy tensors into a module's own, which keep their device and memory layout.

    Raises: ModelDirectoryError naming every missing, unexpected or ill-shaped tensor.
    """
    own = named_tensors(module)
    check_fit(own, tensors, what)
    with torch.no_grad():
        for name, tensor in own.items():
            tensor.copy_(tensors[name])


def check_fit(own: Mapping[str, Tensor], tensors: Mapping[str, Tensor], what: str) -> None:
    """Raises: ModelDirectoryError naming every missing, unexpected or ill-shaped tensor."""
    problems = mismatches(table(own), table(tensors))
    if problems:
        raise ModelDirectoryError(f"{what} does not fit the model: " + "; ".join(problems[:8]))


def assign_to(module: nn.Module, tensors: Mapping[str, Tensor], *, what: str = "the file") -> None:
    """Put tensors in the place of a module's own, without copying them; what was shared stays so.

    Raises: ModelDirectoryError naming every missing, unexpected or ill-shaped tensor.
    """
    own = named_tensors(module)
    check_fit(own, tensors, what)
    new = {
        id(tensor): nn.Parameter(tensors[name], requires_grad=tensor.requires_grad)
        if isinstance(tensor, nn.Parameter)
        else tensors[name]
        for name, tensor in own.items()
    }
    for owner in module.modules():
        for name, parameter in owner.named_parameters(recurse=False, remove_duplicate=False):
            setattr(owner, name, new[id(parameter)])
        for name, buffer in owner.named_buffers(recurse=False, remove_duplicate=False):
            setattr(owner, name, new[id(buffer)])
