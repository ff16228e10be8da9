"""What the Hub demands of the metadata of a README; a push whose card breaks a rule is refused."""

from __future__ import annotations

import re
from typing import Any

import yaml

LICENSES = {
    "apache-2.0", "mit", "bsd", "bsd-2-clause", "bsd-3-clause", "cc", "cc0-1.0", "cc-by-2.0", "cc-by-3.0", "cc-by-4.0",
    "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-4.0", "gpl-3.0",
    "lgpl-3.0", "agpl-3.0", "mpl-2.0", "openrail", "creativeml-openrail-m", "unlicense", "wtfpl", "artistic-2.0",
    "odbl", "pddl", "unknown", "other",
}  # fmt: skip
PIPELINES = {
    "unconditional-image-generation", "image-to-image", "text-to-image", "text-generation", "image-classification",
    "feature-extraction", "text-to-audio", "text-to-video", "image-to-video", "tabular-classification", "other",
}  # fmt: skip
NAME = re.compile(r"[\w.-]+(/[\w.-]+)?")


def validate(content: str, kind: str = "model") -> tuple[list[str], list[str]]:
    """Errors and warnings about a README with its front matter. kind: "model" or "space"."""
    match = re.match(r"\s*---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(\r?\n|$)", content, re.DOTALL)
    if match is None:
        return [], ["empty or missing yaml metadata in repo card"]
    try:
        data = yaml.safe_load(match[1])
    except (yaml.YAMLError, RecursionError) as error:
        return [f"the metadata is not YAML: {error}"[:200]], []
    if not isinstance(data, dict):
        return ["the metadata must be a mapping"], []
    errors: list[str] = []
    check_license(data, errors)
    check_names(data, errors)
    if kind == "space":
        check_space(data, errors)
    if "pipeline_tag" in data and data["pipeline_tag"] not in PIPELINES:
        errors.append(f'"pipeline_tag" {data["pipeline_tag"]!r} is not known')
    if "model-index" in data:
        check_index(data["model-index"], errors)
    warnings = [] if "license" in data else ['"license" is missing']
    return errors, warnings


def check_license(data: dict[str, Any], errors: list[str]) -> None:
    if "license" not in data:
        return
    licenses = data["license"] if isinstance(data["license"], list) else [data["license"]]
    errors += [f'"license" must be one of the Hub\'s list, not {name!r}' for name in licenses if name not in LICENSES]
    if "other" in licenses and not isinstance(data.get("license_name"), str):
        errors.append('"license_name" is needed beside "license: other"')


def check_space(data: dict[str, Any], errors: list[str]) -> None:
    if data.get("sdk") not in ("gradio", "docker", "static"):
        errors.append('"sdk" must be one of gradio, docker, static')
    errors += [
        f'"{key}" must be a string, not {data[key]!r}'
        for key in ("title", "app_file", "python_version", "sdk_version", "short_description")
        if key in data and not isinstance(data[key], str)
    ]
    for name in data.get("models") or []:
        if not re.fullmatch(r"[\w.-]+/[\w.-]+", str(name)):
            errors.append(f'"models" {name!r} is no repository name')


def check_names(data: dict[str, Any], errors: list[str]) -> None:
    for key in ("tags", "datasets", "language", "metrics", "base_model"):
        if key not in data:
            continue
        values = data[key] if isinstance(data[key], list) else [data[key]]
        errors += [f'"{key}" must hold strings, not {v!r}' for v in values if not isinstance(v, str)]
        if key in ("datasets", "base_model"):
            errors += [
                f'"{key}" {v!r} is no repository name' for v in values if isinstance(v, str) and not NAME.fullmatch(v)
            ]
        if key == "language":
            errors += [f'"language" {v!r} is no ISO 639 code' for v in values if not re.fullmatch("[a-z]{2,3}", str(v))]
    if "library_name" in data and not re.fullmatch(r"[\w.-]+", str(data["library_name"])):
        errors.append(f'"library_name" {data["library_name"]!r} is no name')


def check_index(index: Any, errors: list[str]) -> None:
    if not isinstance(index, list) or not all(isinstance(model, dict) for model in index):
        errors.append('"model-index" must be a list of models')
        return
    for model in index:
        if not isinstance(model.get("name"), str) or not isinstance(model.get("results"), list):
            errors.append('"model-index[].name" and "results" are needed')
            continue
        for result in model["results"]:
            for path in ("task.type", "dataset.type", "dataset.name"):
                outer, _, inner = path.partition(".")
                if not isinstance((result.get(outer) or {}).get(inner), str):
                    errors.append(f'"model-index[].results[].{path}" is needed')
            for metric in result.get("metrics") or [{}]:
                if not isinstance(metric.get("type"), str) or metric.get("value") is None:
                    errors.append('"model-index[].results[].metrics[].type" and "value" are needed')
