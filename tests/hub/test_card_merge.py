"""A card that a person edited keeps every byte that is theirs; only what was generated is replaced."""

import time

import pytest
import yaml
from huggingface_hub import ModelCard

from ganzoo.errors import HubError
from ganzoo.hub.card_merge import blocks, merge

from .loopback.cards import validate

NEW = ModelCard(
    "---\nlibrary_name: ganzoo\nlicense: cc-by-4.0\npipeline_tag: unconditional-image-generation\ndatasets:\n- digits\n"
    "tags:\n- ganzoo\n- dcgan\n---\n\n<!-- ganzoo:begin summary -->\n# new\n<!-- ganzoo:end summary -->\n\n"
    "<!-- ganzoo:begin scores -->\nNot measured.\n<!-- ganzoo:end scores -->\n"
)
PLAIN = ModelCard(str(NEW).replace("datasets:\n- digits\n", "").replace("license: cc-by-4.0", "license: unknown"))
SUMMARY = "<!-- ganzoo:begin summary -->\n# old\n<!-- ganzoo:end summary -->"


def front(card):
    return card.replace("\r\n", "\n").split("---\n")[1]


def body(card):
    return card.replace("\r\n", "\n").split("---\n", 2)[2]


def merged(metadata, text=SUMMARY, new=NEW, **how):
    return merge(f"---\n{metadata}---\n{text}", new, **how)


def test_generated_keys_are_replaced_and_the_rest_is_as_it_was_written():
    theirs = (
        "# who looks after this\nlanguage:   en   # theirs\nlicense: cc-by-4.0\n\n"
        'widget:\n  - text: "a: b"\n    # inside\n  - {x: [1, 2]}\nthumbnail: >-\n  folded\n  license: not a key\n'
    )
    found = front(merged(theirs))
    assert found.startswith(theirs.replace("license: cc-by-4.0\n", "", 1))
    table = yaml.safe_load(found)
    assert table["license"] == "cc-by-4.0" and table["thumbnail"] == "folded license: not a key"
    assert found.count("\nlicense: ") == 1 and table["tags"] == ["ganzoo", "dcgan"]


@pytest.mark.parametrize(
    "theirs",
    [
        "'quoted key': x\n\"license\": mit\n",
        "a-b.c: [1,\n  2]\n",
        "a: &x [1, 2]\nb: *x\n",
        "base: &x {p: 1}\n<<: *x\n",
        "text: |\n  line\n\n  line after a gap\n",
        "date: 2026-01-02\nnothing:\nyes_: yes\nhuge: 1e400\nnot: .nan\n",
        "tags:\n# before\n- mine\n# between\n- theirs\nkey: value\n",
        "tags: mine\n",
        "tags: [mine, 5, null, {a: b}]\n",
        "ключ: значение\nemoji: 🦊\n",
        "url: https://host/a:b\n",
        "a: 'it''s: fine'\n",
    ],
)
def test_unusual_metadata_are_kept_as_they_were_written(theirs):
    found = front(merged(theirs))
    for line in theirs.splitlines():
        if not line.startswith(("tags", "- ", "# b", '"license"')):
            assert line in found.splitlines()
    kept, table = yaml.safe_load(theirs), yaml.safe_load(found)
    assert all(repr(table[key]) == repr(value) for key, value in kept.items() if key not in ("tags", "license"))
    own = kept.get("tags") or []
    assert table["tags"] == ["ganzoo", "dcgan", *[t for t in ([own] if own == "mine" else own) if isinstance(t, str)]]


@pytest.mark.parametrize(
    "theirs",
    [
        "{license: mit, language: en, other: [1]}\n",  # one line for all
        "? license\n: mit\n? language\n: en\n",  # the long way to write a key
        'title: "over\nlicense: lines"\nlanguage: en\n',  # what looks like a key stands in a text
        "license: &x mit\na: *x\n",  # what is kept refers to what goes
    ],
)
def test_metadata_that_cannot_be_cut_are_written_anew_without_a_loss(theirs):
    table = yaml.safe_load(front(merged(theirs)))
    kept = yaml.safe_load(theirs)
    assert table["license"] == "cc-by-4.0" and table["tags"] == ["ganzoo", "dcgan"]
    assert all(table[key] == value for key, value in kept.items() if key != "license")
    lines = front(merged(theirs)).splitlines()
    assert sum(line.startswith("license:") for line in lines) == 1


@pytest.mark.parametrize(
    ("theirs", "why"),
    [
        ("a: [\n", "while parsing"),
        ("- a\n- b\n", "list"),
        ("just words\n", "str"),
        ("a: !!python/object/apply:os.system [touch x]\n", "python/object"),
        ("day: 2026-99-99\n", "month"),
        ("n: !!int x\n", "invalid literal"),
        ("t: !!timestamp x\n", "NoneType"),
        ("a: " + "[" * 5000 + "\n", ""),
        ("a: 1\n...\nb: 2\n", "expected"),
        ("a: \x07\n", "special characters"),
    ],
)
def test_metadata_that_cannot_be_read_are_refused_so_that_nothing_is_lost(theirs, why):
    with pytest.raises(HubError, match="cannot be read") as raised:
        merged(theirs)
    assert why in raised.value.message and "README.md" in raised.value.hint and len(str(raised.value)) < 500


def test_bombs_take_no_time():
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    bomb += "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 9))
    itself = "loop: &l [*l]\n"
    marks = "<!-- ganzoo:begin summary -->\n" * 30_000
    for theirs, text in ((bomb, SUMMARY), (itself, SUMMARY), ("tags: &t [*t]\n", SUMMARY), ("a: 1\n", marks)):
        started = time.process_time()
        merged(theirs, text)
        assert time.process_time() - started < 5


def test_lines_end_as_they_did_and_a_byte_order_mark_goes():
    windows = f"---\nlanguage: en\n---\n\nMy words.\n\n{SUMMARY}\n".replace("\n", "\r\n")
    found = merge("\ufeff" + windows, NEW)
    assert found.count("\r\n") == found.count("\n") and not found.startswith("\ufeff")
    assert "\r\n\r\nMy words.\r\n\r\n" in found and "# new\r\n" in found and "language: en\r\n" in found
    assert validate(found)[0] == [] and merge(found, NEW) == found
    mixed = merge("---\r\nlanguage: en\r\n---\r\n\r\nMy words.\n", NEW)
    assert "\r" not in mixed


@pytest.mark.parametrize("old", ["", "\n", "# All mine\n", "---\n---\n", "---\n\n---\n# All mine", "---\nno end\n"])
def test_a_card_without_blocks_stays_whole_and_is_followed_by_them(old):
    found = merge(old, NEW)
    assert validate(found) == ([], []) and [name for name, _ in blocks(found)] == ["summary", "scores"]
    assert ("# All mine" in old) == ("# All mine" in found) and ("no end" in old) == ("no end" in body(found))
    assert merge(found, NEW) == found, "a second time changes nothing"


def test_text_between_around_and_instead_of_blocks():
    text = f"before\n\n{SUMMARY}\n\nbetween\n\n{SUMMARY}\nafter <!-- a comment --> \\1 \\g<0>\n"
    found = body(merged("a: 1\n", text))
    assert found == text.replace("# old", "# new")
    assert "Not measured" not in found, "a block that was removed stays away"
    unknown = "<!-- ganzoo:begin lab.energy -->\nof a plugin that is not here\n<!-- ganzoo:end lab.energy -->"
    assert unknown in body(merged("a: 1\n", f"{unknown}\n{SUMMARY}\n"))


@pytest.mark.parametrize(
    "broken",
    [
        "<!-- ganzoo:begin summary -->\nmine\n",
        "mine\n<!-- ganzoo:end summary -->\n",
        "<!-- ganzoo:begin summary -->\nmine\n<!-- ganzoo:end scores -->\n",
        "<!-- ganzoo:begin scores -->\nmine\n" + SUMMARY,
        "<!-- ganzoo:begin sum mary -->\nmine\n<!-- ganzoo:end sum mary -->",
    ],
)
def test_marks_that_lost_their_other_end_are_left_alone(broken):
    assert "mine" in merged("a: 1\n", f"{broken}\n\n{SUMMARY}\n")


@pytest.mark.parametrize(
    ("theirs", "new", "licensed", "kept"),
    [
        ("license: mit\n", NEW, False, False),
        ("license: cc-by-nc-4.0\n", NEW, False, True),  # asks for more
        ("license: cc-by-nc-4.0\n", NEW, True, False),  # a choice of today
        ("license: other\nlicense_name: ours\nlicense_link: LICENSE\n", NEW, False, True),
        ("license: other\nlicense_name: ours\n", NEW, True, False),
        ("license: mit\n", PLAIN, False, True),
        ("license: unknown\n", NEW, False, False),
        ("license: [mit]\n", NEW, False, False),
    ],
)
def test_a_licence_is_not_loosened_without_being_asked(theirs, new, licensed, kept):
    found = yaml.safe_load(front(merged(theirs, new=new, licensed=licensed)))
    own = yaml.safe_load(theirs)
    license = {key: value for key, value in found.items() if key.startswith("license")}
    assert license == (own if kept else {"license": new.data.license})


def test_what_is_not_known_today_does_not_replace_what_a_person_knows():
    found = yaml.safe_load(front(merged("datasets:\n- me/my-data\n", new=PLAIN)))
    assert found["datasets"] == ["me/my-data"]
    assert yaml.safe_load(front(merged("datasets:\n- me/my-data\n")))["datasets"] == ["digits"]


def test_a_score_of_other_weights_goes_and_so_does_the_tag_of_another_architecture():
    theirs = "model-index:\n- name: x\n  results: []\ntags:\n- ganzoo\n- gan\n- mine\n"
    found = yaml.safe_load(front(merged(theirs)))
    assert "model-index" not in found and found["tags"] == ["ganzoo", "dcgan", "mine"]
