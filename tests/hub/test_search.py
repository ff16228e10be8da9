"""Scores in a search: numbers that anybody may have written."""

import json

import pytest

import ganzoo
from ganzoo.hub.search import _scores


def index(*values, metric="fid"):
    metrics = [{"type": metric, "value": value} for value in values]
    return [
        {"name": "x", "results": [{"task": {"type": "t"}, "dataset": {"type": "d", "name": "d"}, "metrics": metrics}]}
    ]


@pytest.mark.parametrize(("value", "expected"), [(1, 1.0), (2.5, 2.5), (-3, -3.0), (0, 0.0), (10**20, 1e20)])
def test_numbers(value, expected):
    assert _scores(index(value)) == {"fid": expected} and type(_scores(index(value))["fid"]) is float


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), -float("inf"), True, False, 10**400, -(10**4000), "3", "nan", None, [1], {"a": 1}],
)
def test_what_is_no_number_is_no_score(value):
    assert _scores(index(value)) == {}


@pytest.mark.parametrize(
    "found",
    [None, {}, "x", 5, [None], [{}], [{"results": None}], [{"results": [None, 5]}], [{"results": [{"metrics": "x"}]}],
     [{"results": [{"metrics": [None, {}, {"value": 1e999}]}]}], [[[]]]],
)  # fmt: skip
def test_an_index_of_any_form(found):
    assert _scores(found) == {}


def card(scores, **more):
    table = {"tags": ["ganzoo"], "model-index": scores, **more}
    return f"---\n{json.dumps(table)}\n---\n".encode()


def test_models_are_sorted_by_what_can_be_compared(connected):
    for name, value in (("b", 2.0), ("a", 1), ("nan", float("nan")), ("inf", 1e999), ("bool", True), ("text", "0")):
        connected.repository(f"them/{name}").commit({"README.md": card(index(value))}, "x")
    connected.repository("them/other").commit({"README.md": card(index(0, metric="kid"))}, "x")
    connected.page = 2
    assert [model.repository for model in ganzoo.search(metric="fid")] == ["them/a", "them/b"]
    assert [model.repository for model in ganzoo.search(metric="fid", descending=True)] == ["them/b", "them/a"]
    assert [model.repository for model in ganzoo.search(metric="fid", limit=1)] == ["them/a"]
    assert ganzoo.search(metric="nothing") == []
    assert len(ganzoo.search(limit=100)) == 7


def test_lists_and_tags_of_any_type(connected):
    connected.repository("them/odd").commit({"README.md": card([], datasets=[5, None, "digits"])}, "x")
    (found,) = ganzoo.search()
    assert found.data == ["5", "None", "digits"] and found.downloads == 0 and not found.gated


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "3"])
def test_a_limit_is_a_number_of_models(connected, limit):
    with pytest.raises(ganzoo.errors.ConfigError, match="limit"):
        ganzoo.search(limit=limit)
    assert connected.log == []
