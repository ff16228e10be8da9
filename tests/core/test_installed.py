from __future__ import annotations

import sys

import pytest

from ganzoo.core.installed import installed_plugins, parse

MALFORMED = "its entry_points.txt is malformed: "
NO_PAIR = " is not of the form 'namespace = module'"


@pytest.mark.parametrize(
    ("text", "points", "problems"),
    [
        ("[ganzoo]\nlab = lab.plugin\n", (("lab", "lab.plugin"),), ()),
        ("[a]\nx = a:b\n\n[ganzoo]\n# a\n; b\n lab=lab.plugin \n[b]\ny = c\n", (("lab", "lab.plugin"),), ()),
        ("[ganzoo2]\nlab = lab.plugin\n", (), ()),
        ("[console_scripts]\nganzoo = ganzoo.cli.main:main\nnonsense\n", (), ()),
        ("[ganzoo]\nlab\n", (), (f"{MALFORMED}'lab'{NO_PAIR}",)),
        ("[ganzoo]\nlab =\nok = m\n", (("ok", "m"),), (f"{MALFORMED}'lab ='{NO_PAIR}",)),
        ("[ganzoo\nlab = m\n", (("lab", "m"),), (f"{MALFORMED}'[ganzoo' is no head of a section",)),
        ("", (), ()),
    ],
)  # fmt: skip
def test_one_file(text, points, problems):
    assert parse(text) == (points, problems)


def by_name():
    return {one.name: one for one in installed_plugins() if one.folder.startswith(str(sys.path[0]))}


def test_nothing_is_imported_and_no_readme_is_taken_for_metadata(distributions):
    module = distributions.install("lab-gans", "raise SystemExit", namespace="lab", version="0.2")
    file = distributions.site / "lab_gans-0.2.dist-info" / "METADATA"
    file.write_text("Metadata-Version: 2.4\nname: lab-gans\nVersion: 0.2\nSummary: s\n\nName: another\nVersion: 9\n")
    (one,) = by_name().values()
    assert (str(one), one.points, one.folder) == ("lab-gans 0.2", (("lab", module),), str(distributions.site))
    assert module not in sys.modules


def test_a_distribution_without_metadata_is_still_found(distributions):
    distributions.install_loss("lab-gans", namespace="lab")
    (distributions.site / "lab_gans-1.0.dist-info" / "METADATA").unlink()
    assert by_name()["an unnamed distribution"].points == (("lab", "lab_gans_plugin"),)


def test_what_is_no_text_is_read_as_far_as_it_is(distributions):
    distributions.install_loss("lab-gans", namespace="lab")
    file = distributions.site / "lab_gans-1.0.dist-info" / "entry_points.txt"
    file.write_bytes(b"[ganzoo]\nlab = lab_gans_plugin\n[other]\nx = \xff\n")
    assert by_name()["lab-gans"].points == (("lab", "lab_gans_plugin"),)


@pytest.mark.parametrize("first", ["lab-gans", "Lab.Gans"])
def test_what_is_hidden_on_the_path_is_not_there(distributions, tmp_path_factory, monkeypatch, first):
    distributions.install_loss("lab-gans", namespace="old")
    site = tmp_path_factory.mktemp("earlier")
    info = site / "lab_gans-2.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {first}\nVersion: 2.0\n")
    monkeypatch.syspath_prepend(site)
    assert by_name() == {}
    (info / "entry_points.txt").write_text("[ganzoo]\nnew = m\n")
    assert [one.version for one in by_name().values()] == ["2.0"]
    assert "old" not in {name for one in installed_plugins() for name, _ in one.points}
