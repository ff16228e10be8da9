"""Targets that cannot be loaded, and what is spelt like them."""

import pytest

from ganzoo.core.plugin_status import Provider
from ganzoo.core.registered import load_target
from ganzoo.errors import TargetError

PROVIDER = Provider("lab", "ganzoo-plugin-lab", "1.0", "lab_gans.plugin")


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "lab_gans"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "rings.py").write_text("class Rings:\n    size = 3\n")
    (folder / "needy.py").write_text("import lab_gans_of_others\n")
    monkeypatch.syspath_prepend(str(tmp_path))


def test_a_target_is_loaded(package):
    assert load_target("lab_gans.rings:Rings.size", what="loss lab.x", provider=PROVIDER) == 3


@pytest.mark.parametrize(
    ("target", "near"),
    [
        ("lab_gans.rings:Ring", "; did you mean 'Rings'?"),
        ("lab_gans.rings:Rings.sice", "; did you mean 'size'?"),
        ("lab_gans.ring:Rings", "; did you mean 'rings'?"),
        ("lab_ganz.rings:Rings", "; did you mean 'lab_gans'?"),
    ],
)
def test_a_misspelt_target_names_what_is_spelt_like_it(package, target, near):
    with pytest.raises(TargetError) as raised:
        load_target(target, what="loss lab.x", provider=PROVIDER)
    assert target in raised.value.message and raised.value.message.endswith(near)


@pytest.mark.parametrize("target", ["lab_gans.needy:Rings", "lab_gans.rings:Quite_Different", "lab_gans.rings.x:Rings"])
def test_where_nothing_is_spelt_like_it_nothing_is_suggested(package, target):
    with pytest.raises(TargetError) as raised:
        load_target(target, what="loss lab.x", provider=PROVIDER)
    assert "did you mean" not in raised.value.message
