from __future__ import annotations

import json
import sys
import types

import pytest

import ganzoo
from ganzoo.core import components
from ganzoo.core.entries import Loss
from ganzoo.errors import ConfigError, UnknownName


class Scaled:
    def __init__(self, *, dim: int, scale: float = 1.0, widths: tuple[int, ...] = (1, 2)) -> None:
        self.settings = (dim, scale, widths)


def failing(*, value: int = 0) -> None:
    raise ZeroDivisionError("no")


@pytest.fixture(autouse=True)
def local_losses(clean_registry, monkeypatch):
    targets = types.ModuleType("component_targets")
    targets.Scaled, targets.failing = Scaled, failing
    monkeypatch.setitem(sys.modules, "component_targets", targets)

    class Losses:
        __name__ = "losses"

        @ganzoo.hookimpl
        def ganzoo_entries(self):
            return [
                Loss(name="scaled", summary="s", target="component_targets:Scaled", aliases=("scaly",)),
                Loss(name="failing", summary="s", target="component_targets:failing"),
            ]

    ganzoo.add_plugin(Losses())


def test_resolve_takes_names_and_mappings():
    found, arguments = components.resolve(Loss, "scaly")
    assert (found.name, arguments) == ("local.scaled", {})
    given = {"name": "scaled", "scale": 2}
    assert components.resolve(Loss, given)[1] == {"scale": 2}
    assert given == {"name": "scaled", "scale": 2}


@pytest.mark.parametrize("component", [3, None, {}, {"scale": 1}, {"name": 3}, ["scaled"]])
def test_resolve_refuses_what_names_nothing(component):
    with pytest.raises(ConfigError, match="does not name a loss"):
        components.resolve(Loss, component)


def test_build_checks_the_arguments_and_adds_those_of_the_host():
    assert components.build(Loss, {"name": "scaled", "scale": 2, "widths": [3]}, dim=5).settings == (5, 2.0, (3,))
    with pytest.raises(ConfigError, match=r"^loss scaled: 'dim' is set by the library"):
        components.build(Loss, {"name": "scaled", "dim": 3}, dim=5)
    with pytest.raises(ConfigError, match="did you mean 'scale'"):
        components.build(Loss, {"name": "scaled", "scales": 3}, dim=5)
    with pytest.raises(UnknownName, match="did you mean 'scaled'"):
        components.build(Loss, "scale")


def test_a_failure_while_building_names_the_plugin_and_keeps_its_type():
    with pytest.raises(ZeroDivisionError) as raised:
        components.build(Loss, "failing")
    assert raised.value.__notes__ == ["while building local.failing of losses in component_targets:failing"]


def test_describe_is_complete_qualified_and_json_able():
    described = components.describe(Loss, {"name": "scaled", "scale": 3}, skip=("dim",))
    assert described == {"name": "local.scaled", "scale": 3.0, "widths": [1, 2]}
    assert json.loads(json.dumps(described)) == described
    assert components.describe(Loss, described, skip=("dim",)) == described
