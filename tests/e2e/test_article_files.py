"""`kabar match`, `stories` and `summarize` on files of other people: a result or a line's error, never a traceback."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from random import Random

import pytest

from tests.e2e.kabar_process import KABAR, Home

SEOUL = "Thousands of soldiers from North Korea have arrived in Russia, the government in Seoul said on Monday. " * 3
RICE = "Markets in Java saw the price of rice rise for the third week, traders in Surabaya said. " * 3

GOOD: dict[str, object] = {
    "seoul": {
        "id": "seoul",
        "title": "Soldiers in Russia",
        "text": SEOUL,
        "lang": "en",
        "published": "2025-06-18T14:05Z",
    },
    "7": {"id": 7, "title": "Rice is dearer", "text": None},
    "untitled": {"id": "untitled", "text": RICE},
    "controls": {
        "id": "controls",
        "title": "Korea\x00 and\x07 bells",
        "text": "\x1b[31mKorea\x1b[0m \u202emirrored\u202c.",
    },
    "surrogates": {"id": "surrogates", "title": "Half a character \ud800", "text": "Korea \udfff and so on."},
    "long word": {"id": "long word", "title": "One word", "text": "a" * 300_000},
    "big": {"id": "big", "title": "Ten megabytes", "text": SEOUL * (10_000_000 // len(SEOUL))},
}
BAD = [
    (b"{nothing", "not JSON"),
    (b'{"title": "No id"}', '"id" is missing'),
    (b'{"id": ["a", "list"], "title": "Odd id"}', '"id" is neither a text nor a number'),
    (b'{"id": "empty", "title": "", "text": "  "}', 'neither "title" nor "text"'),
    (b'{"id": "number", "title": 5}', '"title" is not a text'),
    (b'{"id": "when", "title": "x", "published": "yesterday"}', '"published" is no ISO 8601 time'),
    (b'["not", "an", "object"]', "not an object"),
    (b'{"id": "bytes", "title": "\xff\xfe"}', "not UTF-8"),
    (b"[" * 100_000, "not JSON that can be read"),
    (b'{"id":' * 100_000, "not JSON that can be read"),
    (b'{"id": "infinite", "title": "x", "text": ' + b"9" * 10_000 + b"}", "not JSON that can be read"),
]


def hostile_file(home: Home) -> tuple[str, dict[int, str]]:
    """Good and bad lines by turns, and an empty one; for each bad line by its number what is to be said of it."""
    good = [json.dumps(value).encode() for value in GOOD.values()]
    lines: list[bytes] = []
    expected: dict[int, str] = {}
    for place, (line, reason) in enumerate(BAD):
        lines += [*good[place : place + 1], line]
        expected[len(lines)] = reason
        if place == 2:
            lines.append(b"   ")
    lines += good[len(BAD) :]
    return str(home.write("hostile.jsonl", b"\r\n".join(lines))), expected


@pytest.mark.parametrize(
    "command",
    [("match", "--query", "korea OR rice"), ("summarize",), ("stories",)],
    ids=lambda command: command[0],
)
def test_bad_lines_are_named_and_the_others_go_on(home: Home, command: tuple[str, ...]) -> None:
    path, expected = hostile_file(home)
    done = home.run(*command, path)
    assert done.code == 1
    assert "Traceback" not in done.err
    complaints = [line for line in done.err.splitlines() if line.startswith("line ")]
    assert len(complaints) == len(expected)
    for complaint, (number, reason) in zip(complaints, expected.items(), strict=True):
        assert complaint.startswith(f"line {number}: ")
        assert reason in complaint
    assert [line["id"] for line in done.json] == list(GOOD)


def test_a_line_does_not_depend_on_the_others(home: Home) -> None:
    """By example, with the real model; shuffled, the answers are the same, to the last digit."""
    home.write("example.txt", f"Soldiers from North Korea in Russia\n\n{SEOUL}")
    articles = [json.dumps({"id": name, "title": f"{name} news", "text": text}) for name, text in TEXTS.items()]
    in_order = home.run("match", "--example", "example.txt", "-", stdin="\n".join(articles))
    assert (in_order.code, in_order.err) == (0, "")
    assert [(line["id"], line["topic"]) for line in in_order.json] == [(name, "-") for name in TEXTS]
    assert {line["id"] for line in in_order.json if line["matched"]} >= {"troops", "pasukan"}
    assert not {line["id"] for line in in_order.json if line["matched"]} & {"rice", "football"}
    Random(4).shuffle(articles)
    shuffled = home.run("match", "--example", "example.txt", "-", stdin="\n".join(articles))
    assert sorted(shuffled.out.splitlines()) == sorted(in_order.out.splitlines())
    alone = home.run("match", "--example", "example.txt", "-", stdin=articles[0])
    assert alone.out.splitlines() == shuffled.out.splitlines()[:1]


TEXTS = {
    "troops": "North Korea has sent thousands of soldiers to Russia to fight Ukraine, South Korea and NATO said.",
    "rice": RICE,
    "pasukan": "Korea Utara mengirim ribuan tentara ke Rusia untuk melawan Ukraina, kata Korea Selatan dan NATO.",
    "football": "Persib won by two goals in Bandung and leads the league before the last match of the season.",
    "bank": "The central bank left its interest rate unchanged and expects slower growth in the coming year.",
}


def test_what_is_rather_like_a_counterexample_scores_less(home: Home) -> None:
    lombok = "A magnitude 6.9 earthquake struck Lombok on Sunday; rescuers search ruins in Mataram, officials said."
    palu = "A magnitude 7.5 earthquake struck Palu on Friday; a tsunami flooded Donggala, rescuers said."
    example = str(home.write("lombok.txt", lombok))
    other = str(home.write("palu.txt", palu))
    articles = {
        "same": "In Mataram on Lombok rescuers search ruins after Sunday's magnitude 6.9 earthquake.",
        "other": "Palu and Donggala count their dead after Friday's magnitude 7.5 earthquake and the tsunami.",
        "football": TEXTS["football"],
    }
    lines = "\n".join(json.dumps({"id": name, "text": text, "lang": "en"}) for name, text in articles.items())
    before = home.run("match", "--example", example, "-", stdin=lines).json
    after = home.run("match", "--example", example, "--unlike", other, "-", stdin=lines).json
    scores = {line["id"]: (line["score"], now["score"]) for line, now in zip(before, after, strict=True)}
    assert scores["other"][1] < scores["other"][0] / 2
    assert scores["same"][1] > 0.9 * scores["same"][0]
    assert after[0]["matched"]
    assert scores["football"][0] == scores["football"][1]


def test_input_ends_quietly_when_nobody_reads_on(home: Home) -> None:
    lines = "\n".join(json.dumps({"id": number, "title": f"Korea {number}"}) for number in range(2000))
    home.write("many.jsonl", lines)
    kabar = shlex.join(KABAR)
    done = home.script(["bash", "-c", f"{kabar} match --query korea many.jsonl | head -n 1; exit ${{PIPESTATUS[0]}}"])
    complaints = [line for line in done.err.splitlines() if not line.endswith("articles read …")]  # after some seconds
    assert (done.code, complaints, len(done.json)) == (0, [], 1)


def test_an_article_cannot_be_example_and_counterexample(home: Home, tmp_path: Path) -> None:
    example = tmp_path / "quake.txt"
    example.write_text("Quake in Palu\n\nA quake of magnitude 7.4 hit Palu on Friday.", "utf-8")
    done = home.run("match", "--example", str(example), "--unlike", str(example), "-")
    assert (done.code, done.out) == (2, "")
    assert "quake.txt: the same article is given as --example and --unlike" in done.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("match", "--query", "korea AND (", "-"), "("),
        (("match", "--query", "sepak bola OR title:film", "-"), "("),
        (("match", "--query", "korea", "no-such-file.jsonl"), "no-such-file.jsonl: No such file"),
        (("match", "--require", "korea", "-"), "--example or --query"),
        (("match", "--example", "no-such-file.txt", "-"), "no-such-file.txt"),
        (("match", "--unlike", "rice.txt", "-"), "--example or --query"),
        (("match", "--query", "korea", "--unlike", "rice.txt", "-"), "--unlike needs an --example"),
        (("match", "--query", "x", "--sensitivity", "2", "-"), "0..1"),
        (("summarize", "--sentences", "0", "-"), "0"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_call_that_cannot_work_is_refused(home: Home, arguments: tuple[str, ...], says: str) -> None:
    done = home.run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert says in done.err
    assert "Traceback" not in done.err
