"""What a repository needs to be served: the handler of Inference Endpoints, and a Space with a page."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from ganzoo.version import VERSION

HERE = Path(__file__).parent
IMAGE = "REGISTRY/ganzoo-inference"


def requirement() -> str:
    """How pip gets this ganzoo elsewhere: the git commit or file that it was installed from, else its version."""
    try:
        origin = json.loads(distribution("ganzoo").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        origin = {}
    url, git = str(origin.get("url", "")), origin.get("vcs_info")
    if git and url.startswith("https://"):
        return f"ganzoo @ git+{url}@{git['commit_id']}"
    if url.startswith("https://"):
        return f"ganzoo @ {url}"
    return f"ganzoo=={VERSION}"


def serving_files() -> dict[str, bytes]:
    """handler.py and requirements.txt, the same for every model."""
    return {
        "handler.py": (HERE / "handler.py").read_bytes(),
        "requirements.txt": f"{requirement()}\n".encode(),
    }


def space_files(repository: str, commit: str) -> dict[str, bytes]:
    """README.md, app.py and requirements.txt of a Gradio Space that shows one commit of a model."""
    readme = f"""---
title: {repository.split("/")[1]}
sdk: gradio
app_file: app.py
python_version: "3.12"
models:
- {repository}
tags:
- ganzoo
license: apache-2.0
---

Samples of [{repository}](https://huggingface.co/{repository}), a model of ganzoo.
"""
    app = (HERE / "space_app.py").read_text(encoding="utf-8")
    return {
        "README.md": readme.encode(),
        "app.py": app.replace("OWNER/REPOSITORY@COMMIT", f"{repository}@{commit}").encode(),
        "requirements.txt": f"{requirement()}\ngradio\nspaces\n".encode(),
    }


def endpoint_command(repository: str) -> str:
    """Python that puts a model on a GPU of Inference Endpoints."""
    name = repository.split("/")[-1].lower().replace("_", "-").replace(".", "-")[:32]
    return f"""from huggingface_hub import create_inference_endpoint

endpoint = create_inference_endpoint(
    "{name}",
    repository="{repository}",
    framework="custom",
    task="custom",
    accelerator="gpu",
    vendor="aws",
    region="us-east-1",
    type="protected",
    instance_size="x1",
    instance_type="nvidia-t4",
    custom_image={{"health_route": "/health", "port": 5000, "url": "{IMAGE}"}},
).wait()"""
