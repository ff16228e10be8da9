from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import pytest

from ganzoo.core.components import Component
from ganzoo.core.configuration import REQUIRED, assignments, complete, parameters, parse
from ganzoo.errors import ConfigError, TargetError

if TYPE_CHECKING:
    from torch import Generator


class Network:
    def __init__(
        self,
        *,
        dim: int,
        rate: float = 0.5,
        widths: tuple[int, ...] = (64, 32),
        betas: tuple[float, float] = (0.5, 0.999),
        norm: Literal["batch", "none"] = "batch",
        clip: float | None = None,
        size: int | tuple[int, int] = 32,
        loss: Component = "hinge",
        fade: bool = False,
        options: Mapping[str, Any] | None = None,
        label: str = "x",
    ) -> None:
        self.dim = dim


def optimizer(weights, *, lr: float = 1e-3, rng: Generator | None = None) -> Generator:
    return None


def test_parameters_are_the_keyword_only_arguments_with_evaluated_types():
    found = {parameter.name: parameter for parameter in parameters(Network)}
    assert list(found)[:3] == ["dim", "rate", "widths"]
    assert found["dim"].default is REQUIRED and found["dim"].required
    assert found["rate"].annotation is float and found["rate"].default == 0.5
    assert parameters(Network.__init__) == parameters(Network)


def test_parameters_skips_what_the_host_gives_and_need_not_evaluate_it():
    assert [parameter.name for parameter in parameters(optimizer, skip=("rng",))] == ["lr"]
    assert [parameter.name for parameter in parameters(functools.partial(optimizer, lr=2.0), skip=("rng",))] == ["lr"]
    with pytest.raises(TargetError, match=r"optimizer.*Generator"):
        parameters(optimizer)


def test_a_class_without_constructor_has_no_settings():
    class Plain:
        pass

    assert complete(Plain, {}, what="plain") == {}
    with pytest.raises(ConfigError) as raised:
        complete(Plain, {"x": 1}, what="plain")
    assert raised.value.hint == "plain takes no settings"


def test_complete_fills_defaults_and_converts():
    config = complete(Network, {"dim": 3, "rate": 1, "widths": [1, 2], "size": [4, 8]}, what="network")
    assert config == {
        "dim": 3, "rate": 1.0, "widths": (1, 2), "betas": (0.5, 0.999), "norm": "batch", "clip": None,
        "size": (4, 8), "loss": "hinge", "fade": False, "options": None, "label": "x",
    }  # fmt: skip
    assert type(config["rate"]) is float
    assert Network(**config).dim == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dim", True), ("dim", 3.0), ("dim", "3"), ("dim", None), ("rate", True), ("rate", float("nan")),
        ("rate", float("inf")), ("rate", 10**400), ("rate", "0.1"), ("widths", 3), ("widths", [1, "2"]),
        ("widths", "12"), ("betas", [0.5]), ("betas", [0.5, 0.9, 0.9]), ("norm", "layer"), ("clip", "none"),
        ("size", [1, 2, 3]), ("loss", 3), ("fade", 1), ("fade", "yes"), ("options", {3: 4}), ("label", 3),
    ],
)  # fmt: skip
def test_complete_refuses_values_of_the_wrong_type(name, value):
    with pytest.raises(ConfigError, match=f"network: {name}: .* is not "):
        complete(Network, {"dim": 3, name: value}, what="network")


def test_complete_lists_all_problems_at_once():
    with pytest.raises(ConfigError) as raised:
        complete(Network, {"rates": 1, "norm": "no", "widths": [1.5], "rng": 0}, what="network", skip=("rng",))
    message = raised.value.message
    assert "unknown setting 'rates'; did you mean 'rate'?" in message
    assert "norm: 'no' is not one of 'batch', 'none'" in message
    assert "widths: 1.5 is not an integer" in message
    assert "'dim' is missing: an integer" in message
    assert "'rng' is set by the library" in message
    assert raised.value.hint is not None and "rate=0.5" in raised.value.hint


@pytest.mark.parametrize(
    ("text", "annotation", "value"),
    [
        ("true", bool, True), ("No", bool, False), ("1", bool, True), ("0", bool, False), ("12", int, 12),
        ("-3", int, -3), ("2", float, 2.0), ("1e-4", float, 1e-4), ("a b", str, "a b"),
        ("none", str, "none"), ("none", int | None, None), ("7", int | None, 7), ("0.5", float | None, 0.5),
        ("batch", Literal["batch", "none"], "batch"), ("2", Literal[1, 2], 2), ("1,2,3", tuple[int, ...], (1, 2, 3)),
        ("5", tuple[int, ...], (5,)), ("5,", tuple[int, ...], (5,)), ("", tuple[int, ...], ()),
        ("0, 0.9", tuple[float, float], (0.0, 0.9)), ("[1, 2]", tuple[int, ...], (1, 2)),
        ("[[1, 2], [3, 4]]", tuple[tuple[int, int], ...], ((1, 2), (3, 4))), ("64", int | tuple[int, int], 64),
        ("64,32", int | tuple[int, int], (64, 32)), ("hinge", Component, "hinge"), ("hinge", Component | None, "hinge"),
        ("none", Component | None, None), ('{"name": "adam", "lr": 1}', Component, {"name": "adam", "lr": 1}),
        ("r1,dragan", tuple[Component, ...], ("r1", "dragan")), ('{"a": 1}', Mapping[str, Any], {"a": 1}),
    ],
)  # fmt: skip
def test_parse_reads_text_by_type(text, annotation, value):
    parsed = parse(text, annotation, what="x")
    assert parsed == value and type(parsed) is type(value)


@pytest.mark.parametrize(
    ("text", "annotation"),
    [
        ("2", bool), ("1.0", int), ("", int), ("nan", float), ("inf", float), ("abc", float), ("layer", Literal["a"]),
        ("1,x", tuple[int, ...]), ("1", tuple[int, int]), ("1,2,3", tuple[int, int]), ("x", int | None),
        ("{bad", Component), ("[1", tuple[int, ...]), ("a=1", Mapping[str, Any]),
    ],
)  # fmt: skip
def test_parse_refuses_what_does_not_fit(text, annotation):
    with pytest.raises(ConfigError, match=r"^rate: "):
        parse(text, annotation, what="rate")


def test_assignments_split_at_the_first_equals_sign():
    assert assignments(["a.b=3", " c = x=y "]) == {"a.b": "3", "c": "x=y"}


def test_assignments_names_every_malformed_text():
    with pytest.raises(ConfigError) as raised:
        assignments(["a", "=3", "b=1", "b=2"])
    assert (
        raised.value.message == "'a' is not of the form key=value; '=3' is not of the form key=value; 'b' is set twice"
    )
