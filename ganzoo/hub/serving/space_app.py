"""A page that shows samples of a ganzoo model; runs on ZeroGPU, on a GPU, or on the CPU."""

from __future__ import annotations

import gradio
import spaces
import torch

import ganzoo

MODEL = "OWNER/REPOSITORY@COMMIT"
model = ganzoo.load(MODEL, device="cuda" if torch.cuda.is_available() else "cpu")


@spaces.GPU(duration=60)
def sample(count: float, seed: float) -> list:
    """Images for the gallery, as arrays of bytes."""
    with torch.inference_mode():
        images = model.sample(int(count), seed=int(seed)).float().cpu()
    pixels = ((images.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return [image[:, :, 0] if image.shape[2] == 1 else image for image in pixels]


gradio.Interface(
    sample,
    [gradio.Slider(1, 64, value=16, step=1, label="Samples"), gradio.Number(0, precision=0, label="Seed")],
    gradio.Gallery(columns=8),
    title=MODEL.partition("@")[0],
).launch()
