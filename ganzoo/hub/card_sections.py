"""The generated sections of a model card, in Markdown."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any

from ganzoo.hub.card_facts import Facts
from ganzoo.version import VERSION


def of(facts: Facts) -> Iterator[tuple[str, str]]:
    """Name and text of every section, in their order."""
    yield "summary", summary(facts)
    yield "use", use(facts)
    yield "scores", scores(facts)
    yield "training", training(facts)
    yield "inference", inference(facts)
    yield "limits", limits(facts)
    yield "citation", citation(facts)


def escaped(text: object) -> str:
    """Text of others, with what Markdown and HTML would act upon made harmless."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in " ".join(str(text).split()))


def summary(facts: Facts) -> str:
    what = escaped(facts.entry.summary) if facts.entry else "A generative adversarial network."
    lines = [f"# {escaped(facts.title)}", "", f"{what}. A `{facts.architecture}` of [ganzoo](#use)"]
    if name := facts.data.get("name"):
        lines[-1] += f", trained on `{name}` ({facts.data.get('size')} items)"
    lines[-1] += "."
    labels = {"samples.png": "Samples, not chosen by hand", "losses.png": "Losses over the rounds"}
    lines += [f"\n![{labels[picture]}]({picture})" for picture in facts.pictures]
    return "\n".join(lines)


def use(facts: Facts) -> str:
    name = facts.repository or "./folder"
    call = "sample(16, source=images)" if len(facts.data.get("streams") or ()) > 1 else "sample(16)"
    size = facts.data.get("image_size")
    sides = ", ".join(str(side) for side in (size if isinstance(size, list) else [size, size]))
    shape = f"float32 in [-1, 1], (16, {facts.data.get('channels')}, {sides})" if size else "float32"
    classes = facts.data.get("class_names")
    conditional = facts.config["architecture"]["config"].get("num_classes")
    lines = ["## Use", "", "```python", "import ganzoo", "", f'model = ganzoo.load("{name}")']
    lines.append(f"samples = model.{call}  # {shape}")
    if conditional:
        known = f"  # of {', '.join(map(str, classes))[:80]}" if classes else ""
        lines.append(f"of_one_class = model.sample(16, labels=1){known}")
    lines += ["```", "", f"or `ganzoo sample {name} 16` in a shell."]
    lines.append(f'On a GPU: `ganzoo.load({name!r}, device="cuda")`.')
    return "\n".join(lines)


def scores(facts: Facts) -> str:
    if not facts.scores:
        return "## Scores\n\nNot measured."
    rows = ["## Scores", "", "| metric | value | protocol |", "| --- | --- | --- |"]
    for score in facts.scores:
        protocol = ", ".join(f"{k} {v}" for k, v in score.to_json().items() if k not in ("metric", "value"))
        rows.append(f"| {escaped(score.metric)} | {score.value:.4g} | {escaped(protocol)} |")
    return "\n".join(rows) + "\n\nTwo scores can be compared only where their protocols agree."


def training(facts: Facts) -> str:
    plan = {k: v for k, v in facts.config["training"].items() if k != "metrics"}
    counts = [f"{label} {count:,}" for label, count in facts.parameters.items()]
    text = f"## Training\n\nNumbers in the weights: {'; '.join(counts)}."
    if not plan:
        return text + "\n\nHow it was trained is not recorded."
    settings = json.dumps({"config": facts.config["architecture"]["config"], "plan": plan}, indent=2)
    details = f"<details><summary>All settings</summary>\n\n```json\n{settings}\n```\n\n</details>"
    return f"{text}\n\n```\n{command(facts)}\n```\n\n{details}"


def command(facts: Facts) -> str:
    """The command that trains such a model."""
    plan, parts = facts.config["training"], ["ganzoo", "train", facts.architecture]
    parts += ["--data", str(facts.data["name"])] if facts.data.get("name") else []
    if isinstance(facts.data.get("image_size"), int):
        parts += ["--image-size", str(facts.data["image_size"])]
    for key in ("rounds", "batch_size", "seed", "ema"):
        if plan.get(key) is not None:
            parts += [f"--{key.replace('_', '-')}", str(plan[key])]
    filled = set(facts.data)
    for key, value in facts.config["architecture"]["config"].items():
        if key not in filled and isinstance(value, (int, float, str)):
            parts += ["--set", f"{key}={value}"]
    if isinstance(plan.get("loss"), dict):
        parts += ["--loss", str(plan["loss"].get("name"))]
    return " ".join(shlex.quote(part) for part in parts)


def inference(facts: Facts) -> str:
    from ganzoo.hub.serving.files import endpoint_command

    name = facts.repository or "owner/repo"
    return f"""## On a GPU, as a service

`handler.py` serves the model on Inference Endpoints. The stock image there is older than ganzoo needs, so build
one from `Dockerfile` in the package's `hub/serving` folder, put it into a registry of yours, and name it here:

```python
{endpoint_command(name)}
```

Requests: `{{"inputs": {{}}, "parameters": {{"n": 4, "seed": 0}}}}`; also `labels` and `truncation`, and an image as
`inputs` for models that translate."""


def limits(facts: Facts) -> str:
    data = f"`{facts.data['name']}`" if facts.data.get("name") else "the data that it was trained on"
    text = f"""## Intended use and limits

For learning, research and art. Samples look like {data} and nothing else, share its biases, and can come close to
single training images."""
    known = facts.dataset.license if facts.dataset is not None else None
    return f"{text} The data are licensed {escaped(known)}." if known else text


def citation(facts: Facts) -> str:
    paper: Any = facts.entry.paper if facts.entry else None
    if not paper:
        return f"## Citation\n\nMade with ganzoo {VERSION}."
    link = f"https://arxiv.org/abs/{paper.removeprefix('arXiv:')}" if paper.startswith("arXiv:") else ""
    where = f"[{escaped(paper)}]({link})" if link else escaped(paper)
    year = f", {facts.entry.year}" if facts.entry and facts.entry.year else ""
    return f"## Citation\n\nThe idea: {where}{year}. Made with ganzoo {VERSION}."
