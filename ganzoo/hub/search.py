"""Finding ganzoo models on the Hub."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from ganzoo.errors import ConfigError
from ganzoo.hub import client

FIELDS = ["downloads", "likes", "tags", "lastModified", "gated", "pipeline_tag"]


@dataclass(frozen=True)
class Found:
    """A model on the Hub. `tags` are as its owner wrote them: not to be trusted, nor printed raw."""

    repository: str
    downloads: int
    likes: int
    tags: tuple[str, ...]
    gated: bool
    updated: str
    scores: dict[str, float]

    @property
    def data(self) -> list[str]:
        return [tag.removeprefix("dataset:") for tag in self.tags if tag.startswith("dataset:")]


def search(
    text: str | None = None,
    *,
    architecture: str | None = None,
    dataset: str | None = None,
    author: str | None = None,
    metric: str | None = None,
    descending: bool = False,
    sort: Literal["downloads", "likes", "last_modified", "created_at"] = "downloads",
    limit: int = 20,
    token: str | bool | None = None,
) -> list[Found]:
    """Models that were pushed with ganzoo.

    Args:
        text: in the repository's name.
        architecture: short name, such as "dcgan".
        dataset: name of the data set.
        author: user or organisation.
        metric: only models with a score of this metric; they are sorted by it instead, the lowest first. Scores compare
            only where their protocols, which stand on the cards, agree.
        descending: the highest score first.
        sort: the most or the newest first.
        limit: at most so many, one or more.

    Raises: ConfigError for another limit, HubUnreachable and other HubErrors.
    """
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise ConfigError(f"limit is {limit!r:.40}: a whole number of 1 or more is needed")
    tags = ["ganzoo", *([architecture] if architecture else []), *([f"dataset:{dataset}"] if dataset else [])]
    expand: Any = [*FIELDS, "model-index"] if metric else FIELDS
    with client.errors_of("the Hub", "search"):
        models = client.api(token).list_models(
            filter=tags, author=author, search=text, sort=sort, limit=None if metric else limit, expand=expand
        )
        found = [_found(model) for model in models]
    if metric:
        scored = [model for model in found if metric in model.scores]
        found = sorted(scored, key=lambda model: model.scores[metric], reverse=descending)
    return found[:limit]


def _found(model: Any) -> Found:
    return Found(
        repository=str(model.id),
        downloads=model.downloads or 0,
        likes=model.likes or 0,
        tags=tuple(str(tag) for tag in model.tags or ()),
        gated=bool(model.gated),
        updated=str(model.last_modified or "")[:10],
        scores=_scores(getattr(model, "model_index", None) or getattr(model, "model-index", None)),
    )


def _scores(index: Any) -> dict[str, float]:
    """Metric -> value from a model index that anybody may have written anything into."""
    scores = {}
    for entry in _mappings(index):
        for result in _mappings(entry.get("results")):
            for metric in _mappings(result.get("metrics")):
                if (value := _number(metric.get("value"))) is not None:
                    scores[str(metric.get("type"))] = value
    return scores


def _mappings(value: Any) -> list[dict[Any, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _number(value: Any) -> float | None:
    """A finite number, or nothing: truth values, NaN and what no float holds are no scores."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None
