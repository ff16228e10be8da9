"""What a repository needs to be served: the handler of Inference Endpoints, and a Space with a page."""

from __future__ import annotations

import re
from pathlib import Path

from ganzoo.hub.serving.requirements import requirements
from ganzoo.model_config import read_config

HERE = Path(__file__).parent
IMAGE = "REGISTRY/ganzoo-inference"


def distributions(directory: Path) -> list[str]:
    """ganzoo, and the plugin's distribution if the model in a directory is a plugin's."""
    name = read_config(directory)["provider"].get("distribution")
    own = isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9][\w.-]*", name) and name != "ganzoo"
    return ["ganzoo", *([str(name)] if own else [])]


def serving_files(directory: Path) -> dict[str, bytes]:
    """handler.py, the same for every model, and requirements.txt for the model in a directory."""
    return {
        "handler.py": (HERE / "handler.py").read_bytes(),
        "requirements.txt": requirements(distributions(directory)).encode(),
    }


def space_files(directory: Path, repository: str, commit: str) -> dict[str, bytes]:
    """README.md, app.py and requirements.txt of a Gradio Space that shows one commit of the model in a directory."""
    readme = f"""---
title: "{repository.split("/")[1]}"
sdk: gradio
app_file: app.py
python_version: "3.12"
models:
- {repository}
tags:
- ganzoo
license: apache-2.0
---

Samples of [{repository}](https://huggingface.co/{repository}), a model of ganzoo. The licence is that of this page's
program; the model has its own.
"""
    app = (HERE / "space_app.py").read_text(encoding="utf-8")
    return {
        "README.md": readme.encode(),
        "app.py": app.replace("OWNER/REPOSITORY@COMMIT", f"{repository}@{commit}").encode(),
        "requirements.txt": requirements(distributions(directory), "gradio", "spaces").encode(),
    }


def endpoint_command(repository: str, commit: str | None = None) -> str:
    """Python that puts one commit of a model on a GPU of Inference Endpoints; None takes the latest at that time."""
    name = re.sub("[^a-z0-9]+", "-", repository.split("/")[-1].lower()).strip("-")[:32].strip("-")
    revision = f'"{commit}"' if commit else f'model_info("{repository}").sha'
    return f"""from huggingface_hub import create_inference_endpoint{"" if commit else ", model_info"}

endpoint = create_inference_endpoint(
    "{name}",
    repository="{repository}",
    revision={revision},
    framework="custom",
    task="custom",
    accelerator="gpu",
    vendor="aws",
    region="us-east-1",
    type="protected",
    instance_size="x1",
    instance_type="nvidia-t4",
    custom_image={{"url": "{IMAGE}", "port": 5000, "healthRoute": "/health"}},
).wait()"""
