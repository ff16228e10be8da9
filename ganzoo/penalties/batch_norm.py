"""Why batch normalisation rules out penalties on a single sample's gradient."""

from __future__ import annotations

from typing import Any

from ganzoo.nn.kinds import BATCH_NORMS


def batch_norm_reason(gan: Any, player: str) -> str | None:
    """Why a penalty on single samples' gradients cannot act on this player; None if none of its modules forbids it.

    With batch normalisation a logit depends on the whole batch, so that its gradient with respect to its own
    sample is not what the penalty means to bound (arXiv:1704.00028, section 4).
    """
    own = [module for side in gan.players() if side.name == player for module in side.modules]
    for name, module in gan.named_modules():
        inside = any(name == root or name.startswith(f"{root}.") for root in own)
        if inside and isinstance(module, BATCH_NORMS):
            settings = [f"{key}={value!r}" for key, value in getattr(gan, "config", {}).items() if value == "batch"]
            cause = f" (set by {' and '.join(settings)})" if settings else ""
            return (
                f"{name} is a {type(module).__name__}{cause}: with batch normalisation a logit depends on the whole "
                "batch, and the penalty is on the gradient of single samples"
            )
    return None
