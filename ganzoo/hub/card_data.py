"""The metadata of a card: what the Hub's search, filters and leaderboards read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ganzoo.errors import ConfigError
from ganzoo.hub.card_facts import Facts

if TYPE_CHECKING:
    from huggingface_hub import ModelCardData

PIPELINES = {"image": "unconditional-image-generation", "pairs": "image-to-image"}
TRANSLATION = "image-to-image"
CONDITIONS = ("nc", "nd", "sa")  # of Creative Commons licences: whoever builds on the data keeps them


def metadata(facts: Facts, license: str | None) -> ModelCardData:
    """ModelCardData for a model. Raises: ConfigError where the licence would drop a condition of the data's."""
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
    dataset = facts.data.get("name")
    fields: dict[str, Any] = {
        "library_name": "ganzoo",
        "tags": ["ganzoo", "gan", facts.short_name],
        "license": license_of(facts, license),
        "pipeline_tag": pipeline_of(facts),
        "datasets": [dataset] if isinstance(dataset, str) and re.fullmatch(r"[\w.-]+(/[\w.-]+)?", dataset) else None,
        "model_name": facts.title,
        "eval_results": results or None,
    }
    return ModelCardData(**{key: value for key, value in fields.items() if value is not None})


def pipeline_of(facts: Facts) -> str | None:
    """The Hub's task; None for what it has no name for, such as points."""
    if len(facts.data.get("streams") or ()) > 1:
        return TRANSLATION
    return PIPELINES.get(facts.data.get("modality", ""))


def license_of(facts: Facts, chosen: str | None) -> str:
    """The user's choice, else the data's licence, as the Hub writes it; "unknown" if neither is known.

    Raises: ConfigError if the choice drops a condition (non-commercial, share-alike, no derivatives) of the data's.
    """
    of_data = facts.dataset.license if facts.dataset is not None else None
    if chosen is None:
        return of_data.lower() if of_data else "unknown"
    wanted = chosen.lower()
    dropped = [c for c in CONDITIONS if of_data and c in of_data.lower().split("-") and c not in wanted.split("-")]
    if dropped:
        raise ConfigError(
            f"the licence {chosen} drops {', '.join(dropped)} of the data's licence {of_data}",
            hint=f"--license {of_data}" if of_data else None,
        )
    return wanted
