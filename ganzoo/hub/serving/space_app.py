"""A page for a ganzoo model; runs on ZeroGPU, on a GPU, or on the CPU."""

from __future__ import annotations

from typing import Any

import gradio
import spaces  # before torch uses a GPU
import torch

import ganzoo
from ganzoo.hub.serving.handler import MOST_SAMPLES, EndpointHandler
from ganzoo.pictures import of_samples

MODEL = "OWNER/REPOSITORY@COMMIT"
handler = EndpointHandler(str(ganzoo.pull(MODEL).directory))
model = handler.model
names = model.data.class_names if model.data else None
classes = list(names or map(str, range(model.num_classes))) if model.num_classes else []


@spaces.GPU(duration=60)
def show(count: float, seed: float, label: str | None, image: Any) -> list[Any]:
    """Samples for the gallery: images as they are, points as one picture."""
    parameters: dict[str, Any] = {"n": 1 if model.translates else int(count), "seed": int(seed or 0)}
    if label in classes:
        parameters["labels"] = classes.index(label)
    try:
        made = handler({"inputs": image if model.translates else None, "parameters": parameters})
        if isinstance(made, list) and not hasattr(made[0], "mode"):
            return [of_samples(torch.tensor(made), model.data)]
    except Exception as error:
        raise gradio.Error(str(error)) from error
    return made if isinstance(made, list) else [made]


page = gradio.Interface(
    show,
    [
        gradio.Slider(1, MOST_SAMPLES, value=16, step=1, label="Samples", visible=not model.translates),
        gradio.Number(0, precision=0, label="Seed"),
        gradio.Dropdown(["any", *classes], value="any", label="Class", visible=bool(model.num_classes)),
        gradio.Image(type="pil", label="Source", visible=model.translates),
    ],
    gradio.Gallery(columns=8, label="Samples"),
    title=MODEL.partition("@")[0],
)

if __name__ == "__main__":
    page.launch()
