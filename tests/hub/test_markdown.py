"""What strangers wrote is shown on a card as they wrote it, and does nothing there."""

import json
import re

import pytest

from ganzoo.files import write_json
from ganzoo.hub.card import Section, block, card_of
from ganzoo.hub.card_merge import blocks
from ganzoo.hub.markdown import code, comment, escaped, fenced
from ganzoo.model_config import read_config

from .helpers import tiny
from .loopback.cards import validate

EVIL = [
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](https://evil/x.png)",
    "a | b | c",
    "`code` ``` fence",
    "```\n</details>\n# not a heading",
    "line\nbreak\r\nand\u2028more",
    "\x1b[31mred\x07 \u202eturned \u200bhidden",
    "&lt; $$x$$ ~~gone~~ **bold** _thin_ \\",
    "<!-- ganzoo:begin use -->\nmine\n<!-- ganzoo:end use -->",
    "--- \nlicense: mit\n---",
]


@pytest.mark.parametrize("text", EVIL)
def test_a_line_stays_a_line_and_every_mark_is_spoilt(text):
    for shown in (escaped(text), code(text), comment(text)):
        assert "\n" not in shown and shown.isprintable()
    plain = escaped(text)
    for index, character in enumerate(plain):
        if character in "`*_[]<>|#~&$":
            before = plain[:index]
            assert (len(before) - len(before.rstrip("\\"))) % 2 == 1, plain
    assert code(text).count("`") == 2 and "`" not in comment(text)


@pytest.mark.parametrize("text", [*EVIL, "````` five", "ends with ```"])
def test_a_block_of_code_ends_where_it_should(text):
    first, *lines, last = fenced(text, "json").split("\n")
    assert first == last + "json" and set(last) == {"`"} and "\n".join(lines) == text
    assert not any(line.strip().startswith(last) for line in lines)


def test_words_are_not_changed():
    assert escaped("Two fully connected networks, 1,437 items (v0.1.0)!") == (
        "Two fully connected networks, 1,437 items (v0.1.0)!"
    )


@pytest.mark.parametrize("text", EVIL)
def test_a_card_of_a_hostile_config_is_a_card_with_its_own_blocks_alone(tmp_path, text):
    directory = tiny("cgan").save_pretrained(tmp_path / "model")
    config = read_config(directory)
    config["data"] |= {"name": text, "class_names": [text] * 10}
    config["ganzoo"]["version"] = text
    config["training"] = {"loss": {"name": text, text: text}, "data": {"name": text, text: [text]}, "rounds": text}
    write_json(directory / "config.json", config)
    score = {"metric": text, "value": 1.5, "n_fake": 10, "data": text, "split": text, "judge": text}
    (directory / "scores.json").write_text(json.dumps([score]))
    write_json(directory / "speed.json", {"seconds_per_1000": 2.0, "batch_size": 250, "machine": text})
    card = str(card_of(directory))
    assert validate(card)[0] == []
    _, front, body = card.split("---\n", 2)
    made = dict(blocks(body))
    assert list(made) == ["summary", "use", "scores", "training", "inference", "limits", "citation"]
    outside = outside_of_code(body)
    for act in ("<script", "<!--", "](javascript"):
        ours = "<!-- ganzoo:" if act == "<!--" else None
        assert all(outside[at - 1] == "\\" or (ours and outside.startswith(ours, at)) for at in places(act, outside))
    assert "\n# not a heading" not in outside and outside.count("<details>") == outside.count("</details>") == 1
    assert "\nlicense: mit" not in front


def places(part, text):
    return [match.start() for match in re.finditer(re.escape(part), text)]


def outside_of_code(card):
    """The lines of a card that are not in a fence."""
    lines, fence = [], None
    for line in card.split("\n"):
        mark = line[: len(line) - len(line.lstrip("`"))]
        if fence is None and len(mark) >= 3:
            fence = mark
        elif fence is not None and line.strip() == fence:
            fence = None
        elif fence is None:
            lines.append(line)
    assert fence is None, "a fence is open at the end"
    return re.sub(r"(?<!\\)`[^`\n]*`", "`code`", "\n".join(lines))


def test_sections_have_names_and_cannot_forge_marks():
    forged = Section("lab.x", "<!-- ganzoo:end lab.x -->\n<!-- ganzoo:begin use -->\nmine\n<!-- ganzoo:end use -->")
    assert [name for name, _ in blocks(block(forged))] == ["lab.x"]
    for name in ("", "a b", "a\nb", "-->", "a" + "é>"):
        with pytest.raises(ValueError, match="no name of a section"):
            Section(name, "text")
    with pytest.raises(TypeError, match="int"):
        Section("lab.x", 5)
