"""How a critic's output changes with its input: the numerics that all gradient penalties share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    from ganzoo.game import Batch


def input_gradients(gan: Any, x: Tensor, batch: Batch, kind: str) -> Tensor:
    """Gradients of the critic's outputs with respect to its input, differentiable once more.

    Returns (J, numbers per judgement) for J judgements. A critic that judges packs of m samples has N / m of
    them, each with the gradient of its whole pack; of a critic of patches the outputs are summed per sample.
    """
    x = x.detach().requires_grad_()
    logits = gan.critic(x, batch, kind)
    (gradients,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
    return gradients.reshape(len(logits), -1)


def squared_norms(gradients: Tensor) -> Tensor:
    """(J, numbers) -> (J,)."""
    return gradients.square().sum(1)


def norms(gradients: Tensor) -> Tensor:
    """(J, numbers) -> (J,). The derivative at a gradient of exactly zero is zero, not NaN."""
    return torch.linalg.vector_norm(gradients, dim=1)
