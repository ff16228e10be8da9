"""The metadata of a card: what the Hub's search, filters and leaderboards read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ganzoo.hub.card_facts import Facts
from ganzoo.hub.licenses import on_the_hub

if TYPE_CHECKING:
    from huggingface_hub import ModelCardData

PIPELINES = {"image": "unconditional-image-generation", "pairs": "image-to-image"}
TRANSLATION = "image-to-image"


def metadata(facts: Facts, license: str | None) -> ModelCardData:
    """ModelCardData for a model. Raises: ConfigError where the licence would drop a condition of another's."""
    from huggingface_hub import EvalResult, ModelCardData

    results = [
        EvalResult(
            task_type=pipeline_of(facts) or "other",
            dataset_type=score.data or facts.data.get("name", "unknown"),
            dataset_name=score.data or facts.data.get("name", "unknown"),
            dataset_split=score.split,
            metric_type=score.metric,
            metric_value=round(score.value, 6),
            metric_name=score.metric,
            metric_args={k: v for k, v in score.to_json().items() if k not in ("metric", "value", "data", "split")},
        )
        for score in facts.scores
    ]
    dataset = facts.public_data
    fields: dict[str, Any] = {
        "library_name": "ganzoo",
        "tags": ["ganzoo", facts.short_name],
        **on_the_hub(facts, license),
        "pipeline_tag": pipeline_of(facts),
        "datasets": [dataset] if dataset and re.fullmatch(r"[\w.-]+(/[\w.-]+)?", dataset) else None,
        "model_name": facts.title if results else None,  # the client puts it into the model index
        "eval_results": results or None,
    }
    return ModelCardData(**{key: value for key, value in fields.items() if value is not None})


def pipeline_of(facts: Facts) -> str | None:
    """The Hub's task; None for what it has no name for, such as points."""
    if len(facts.data.get("streams") or ()) > 1:
        return TRANSLATION
    return PIPELINES.get(facts.data.get("modality", ""))
