"""The generated sections of a model card, in Markdown."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any

from ganzoo.hub.card_command import command
from ganzoo.hub.card_data import TRANSLATION, pipeline_of
from ganzoo.hub.card_facts import Facts
from ganzoo.hub.card_origin import imported, origin
from ganzoo.hub.markdown import code, comment, escaped, fenced


def of(facts: Facts) -> Iterator[tuple[str, str]]:
    """Name and text of every section, in their order."""
    yield "summary", summary(facts)
    yield "use", use(facts)
    yield "scores", scores(facts)
    yield "training", training(facts)
    yield "inference", inference(facts)
    yield "limits", limits(facts)
    yield "citation", citation(facts)


def summary(facts: Facts) -> str:
    what = escaped(facts.entry.summary) if facts.entry else "A generative adversarial network"
    lines = [f"# {escaped(facts.title)}", "", f"{what}. A {code(facts.architecture)} of [ganzoo](#use)"]
    if name := facts.data.get("name"):
        lines[-1] += f", trained on {code(name)} ({escaped(facts.data.get('size'))} items)"
    lines[-1] += "."
    labels = {"samples.png": "Samples, not chosen by hand", "losses.png": "Losses over the rounds"}
    lines += [f"\n![{labels[picture]}]({picture})" for picture in facts.pictures]
    return "\n".join(lines)


def use(facts: Facts) -> str:
    name, translates = facts.reference, pipeline_of(facts) == TRANSLATION
    call = "sample(16, source=images)" if translates else "sample(16)"
    lines = ["import ganzoo", "", f'model = ganzoo.load("{name}")', f"samples = model.{call}  # {shape(facts)}"]
    if facts.config["architecture"]["config"].get("num_classes"):
        classes = facts.data.get("class_names")
        known = f"  # of {comment(textwrap.shorten(', '.join(map(str, classes)), 80))}" if classes else ""
        lines.append(f"of_one_class = model.sample(16, labels=1){known}")
    source = " --source ./images" if translates else ""
    text = f"## Use\n\n{fenced(chr(10).join(lines), 'python')}\n\nor `ganzoo sample {name} 16{source}` in a shell.\n"
    text += f'On a GPU: `ganzoo.load("{name}", device="cuda")`.'
    if facts.speed is not None:
        seconds, size, machine = (facts.speed[key] for key in ("seconds", "batch_size", "machine"))
        text += f"\n\n1,000 samples take {seconds:.3g} seconds in batches of {size} ({escaped(machine)})."
    return text


def shape(facts: Facts) -> str:
    """What samples are, in the words of a comment."""
    if facts.data.get("modality") == "tokens":
        return comment(f"int64, (16, {facts.data.get('length')})")
    if size := facts.data.get("image_size"):
        sides = ", ".join(str(side) for side in (size if isinstance(size, list) else [size, size]))
        return comment(f"float32 in [-1, 1], (16, {facts.data.get('channels')}, {sides})")
    features = facts.data.get("features")
    return comment(f"float32, (16, {features})") if features else "float32"


def scores(facts: Facts) -> str:
    if not facts.scores:
        return "## Scores\n\nNot measured."
    rows = ["## Scores", "", "| metric | value | protocol |", "| --- | --- | --- |"]
    for score in facts.scores:
        protocol = ", ".join(f"{k} {v}" for k, v in score.to_json().items() if k not in ("metric", "value"))
        rows.append(f"| {escaped(score.metric)} | {score.value:.4g} | {escaped(protocol)} |")
    return "\n".join(rows) + "\n\nTwo scores can be compared only where their protocols agree."


def training(facts: Facts) -> str:
    counts = [f"{label} {count:,}" for label, count in facts.parameters.items()]
    text = f"## Training\n\nNumbers in the weights: {'; '.join(counts)}."
    if (found := imported(facts)) is not None:
        return f"{text}\n\n{origin(found)}"
    plan = {k: v for k, v in facts.config["training"].items() if k not in ("metrics", "data", "recipe")}
    if not plan:
        return f"{text}\n\nHow it was trained is not recorded."
    known = {"config": facts.config["architecture"]["config"], "data": facts.data_component, "plan": plan}
    settings = fenced(json.dumps({k: v for k, v in known.items() if v is not None}, indent=2), "json")
    text += f"\n\n{repetition(facts)}"
    return f"{text}\n\n<details><summary>All settings</summary>\n\n{settings}\n\n</details>"


def repetition(facts: Facts) -> str:
    """How to train such a model again."""
    if facts.data_component is None and facts.public_data is None:
        return "It was trained from Python, on data that no command can name; all settings are below."
    note = "" if facts.public_data else "The images are their owner's: put your own in their place.\n\n"
    return note + fenced(command(facts), "shell")


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
    data = code(facts.data["name"]) if facts.data.get("name") else "the data that it was trained on"
    text = f"""## Intended use and limits

For learning, research and art. Samples look like {data} and nothing else, share its biases, and can come close to
single training images."""
    known = facts.dataset.license if facts.dataset is not None else None
    return f"{text} The data are licensed {escaped(known)}." if known else text


def citation(facts: Facts) -> str:
    version = escaped(facts.config["ganzoo"].get("version"))
    paper: Any = facts.entry.paper if facts.entry else None
    if not paper:
        return f"## Citation\n\nMade with ganzoo {version}."
    link = f"https://arxiv.org/abs/{paper.removeprefix('arXiv:')}" if paper.startswith("arXiv:") else ""
    where = f"[{escaped(paper)}]({link})" if link else escaped(paper)
    year = f", {facts.entry.year}" if facts.entry and facts.entry.year else ""
    return f"## Citation\n\nThe idea: {where}{year}. Made with ganzoo {version}."
