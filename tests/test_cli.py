"""The command line, run as an operator runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from tests.conftest import ROOT
from tests.content.test_loading import spoil

TRUCBAN = str(Path(sys.executable).with_name("trucban"))


def run(
    *arguments: str, data: Path, content: Path = ROOT, given: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "CONTENT_DIR": str(content),
        "DATA_DIR": str(data),
        "NO_COLOR": "1",
        "COLUMNS": "100",
        **settings,
    }
    return subprocess.run(
        [TRUCBAN, *arguments],
        input=given,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=120,
    )


@pytest.fixture
def data(data_dir: Path, edition: object) -> Path:
    """A data folder whose weights are learnt already."""
    assert edition
    return data_dir


class TestAsk:
    def test_prints_an_answer(self, data: Path) -> None:
        done = run("ask", "mất căn cước làm lại ở đâu", data=data)
        assert done.returncode == 0
        assert "Công an" in done.stdout

    def test_json_line_has_exactly_the_agreed_fields(self, data: Path) -> None:
        done = run("ask", "--json", "quên mật khẩu vneid", data=data)
        line = json.loads(done.stdout)
        assert set(line) == {"text", "outcome", "intent", "also", "guesses", "ms"}
        assert line["text"] == "quên mật khẩu vneid"
        assert line["outcome"] in {"answer", "act"}
        assert line["intent"] == "dinh_danh.quen_mat_khau"
        assert len(line["guesses"]) <= 3
        assert all(set(guess) == {"intent", "score"} for guess in line["guesses"])

    def test_reads_plain_and_json_lines_each_as_a_fresh_talk(self, data: Path) -> None:
        given = 'mat can cuoc\n{"text": "cháy nhà rồi cứu với"}\n\nđăng ký kết hôn ở đâu\n2\n'
        done = run("ask", "--json", "-", data=data, given=given)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert [line["text"] for line in lines] == [
            "mat can cuoc",
            "cháy nhà rồi cứu với",
            "đăng ký kết hôn ở đâu",
            "2",
        ]
        assert lines[1]["outcome"] == "urgent"
        assert (lines[2]["outcome"], lines[2]["intent"]) == ("refuse", "oos.ho_tich")
        assert lines[3]["intent"] not in {"oos.ho_tich", "can_cuoc.cap_lai"}

    def test_a_bad_line_is_named_and_the_others_answered(self, data: Path) -> None:
        done = run("ask", "--json", "-", data=data, given='{"text": 5}\n{bad\nmất căn cước\n')
        assert done.returncode == 1
        assert len(done.stdout.splitlines()) == 1
        assert "dòng 1" in done.stderr
        assert "dòng 2" in done.stderr

    def test_ask_holds_exactly_what_is_offered(self, data: Path) -> None:
        given = "\n".join(["thẻ hết hạn", "giấy tờ", "vneid", "bị sai", "đổi", "mất rồi", "tài khoản"])
        done = run("ask", "--json", "-", data=data, given=given)
        asked = [line for line in map(json.loads, done.stdout.splitlines()) if line["outcome"] == "ask"]
        assert asked
        assert all(1 <= len(line["guesses"]) <= 3 and line["intent"] is None for line in asked)

    @pytest.mark.parametrize("arguments", [("ask",), ("ask", "  "), ("ask", "-")])
    def test_without_a_question_says_what_to_do(self, arguments: tuple[str, ...], data: Path) -> None:
        done = run(*arguments, data=data)
        assert done.returncode == 2
        assert done.stderr


class TestScam:
    def test_a_line_has_exactly_the_agreed_fields(self, data: Path) -> None:
        given = 'CSGT: nop phat tai csgt-phat.vip ngay\n{"text": "Mai họp thôn lúc 19h"}\n'
        done = run("scam", "--json", "-", data=data, given=given)
        first, second = (json.loads(line) for line in done.stdout.splitlines())
        assert set(first) == {"text", "verdict", "trick", "flags"}
        assert (first["verdict"], "link_gia" in first["flags"]) == ("scam", True)
        assert (second["verdict"], second["trick"], second["flags"]) == ("no_sign", None, [])

    def test_on_the_terminal_it_says_why_and_what_to_do(self, data: Path) -> None:
        done = run("scam", "CSGT: nop phat tai csgt-phat.vip ngay", data=data)
        assert "dấu hiệu lừa đảo rõ" in done.stdout
        assert "Vì sao" in done.stdout


class TestCheck:
    def test_our_content_passes(self, data: Path) -> None:
        done = run("check", data=data)
        assert done.returncode == 0
        assert "Nội dung dùng được" in done.stdout

    def test_problems_exit_with_one_and_their_lines(self, small: Path, data: Path) -> None:
        line = spoil(small / "faq.yaml", "  title:", "  titel:")
        done = run("check", data=data, content=small)
        assert done.returncode == 1
        assert f"faq.yaml:{line}:" in done.stderr

    def test_lists_answers_resting_on_a_law(self, data: Path) -> None:
        done = run("check", "--law", "nghị định 70/2024", data=data)
        assert "can_cuoc.cap_lai: Làm lại thẻ" in done.stdout
        assert "NĐ 70/2024/NĐ-CP" in done.stdout

    def test_a_law_that_nothing_rests_on_says_how_to_write_one(self, data: Path) -> None:
        done = run("check", "--law", "NĐ 1/2020", data=data)
        assert done.returncode == 0
        assert "«NĐ 1/2020»" in done.stdout
        assert "«NĐ 70/2024»" in done.stdout

    def test_a_wrong_setting_names_itself(self, data: Path, tmp_path: Path) -> None:
        done = run("check", data=data, content=tmp_path)
        assert done.returncode == 2
        assert "CONTENT_DIR" in done.stderr


class TestEval:
    rows = (
        {
            "text": "quên mật khẩu vneid",
            "intent": "dinh_danh.quen_mat_khau",
            "alt": [],
            "style": "keyword",
            "kind": "written",
        },
        {
            "text": "mat can cuoc roi lam lai o dau",
            "intent": "can_cuoc.cap_lai",
            "alt": [],
            "style": "nodiacritics",
            "kind": "written",
        },
        {
            "text": "giá vàng hôm nay bao nhiêu",
            "intent": "oos",
            "alt": [],
            "style": "informal",
            "kind": "written",
        },
    )

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "q.jsonl"
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in self.rows), "utf-8")
        return path

    def test_prints_the_agreed_figures(self, file: Path, data: Path) -> None:
        figures = json.loads(run("eval", str(file), "--json", data=data).stdout)
        assert set(figures) == {"in", "oos", "by_style", "by_topic", "ms"}
        assert figures["in"] == {"n": 2, "right": 100.0, "asked": 0.0, "wrong": 0.0, "missed": 0.0}
        assert figures["oos"]["n"] == 1
        assert set(figures["ms"]) == {"p50", "p99"}

    def test_topics_limit_the_rows(self, file: Path, data: Path) -> None:
        figures = json.loads(run("eval", str(file), "--json", "--topics", "can_cuoc", data=data).stdout)
        assert (figures["in"]["n"], figures["oos"]["n"]) == (1, 0)

    def test_noise_gives_every_style_a_hundred_rows(self, file: Path, data: Path) -> None:
        figures = json.loads(run("eval", str(file), "--json", "--noise", data=data).stdout)
        assert all(row["n"] >= 100 for row in figures["by_style"].values())
        assert {"noise:no_marks", "noise:teencode", "noise:telex"} <= set(figures["by_style"])

    def test_tables_are_for_people(self, file: Path, data: Path) -> None:
        assert "Theo chủ đề" in run("eval", str(file), data=data).stdout

    @pytest.mark.parametrize("text", ["", "{bad\n", '{"text": "a"}\n'])
    def test_bad_files_are_explained(self, text: str, tmp_path: Path, data: Path) -> None:
        path = tmp_path / "bad.jsonl"
        path.write_text(text, "utf-8")
        done = run("eval", str(path), data=data)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_chat_answers_picks_up_an_edit_and_leaves(small: Path, small_learnt: Path) -> None:
    environment = {
        **os.environ,
        "CONTENT_DIR": str(small),
        "DATA_DIR": str(small_learnt),
        "NO_COLOR": "1",
        "TERM": "dumb",
    }
    chat = pexpect.spawn(
        TRUCBAN, ["chat"], env=environment, encoding="utf-8", timeout=60, dimensions=(50, 100)
    )  # type: ignore[arg-type]
    chat.expect("Bác: ")
    chat.sendline("mất căn cước làm lại ở đâu")
    chat.expect("không phải viết đơn")
    chat.expect("Ra trụ sở")
    chat.sendline("2")
    chat.expect("35.000")
    spoil(small / "texts.yaml", "  thanks: Cảm ơn bác.", "  thanks: Đội ơn bác.")
    chat.expect("nội dung vừa được cập nhật")
    chat.sendline("có ích")
    chat.expect("Đội ơn bác")
    spoil(small / "texts.yaml", "  thanks:", "  thank:")
    chat.expect("vẫn dùng bản cũ")
    chat.sendline("/thoat")
    chat.expect("Chào bác")
    chat.expect(pexpect.EOF)
    chat.close()
    assert chat.exitstatus == 0


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_part_of_the_desk_needs_a_store_for_all(command: str, data: Path) -> None:
    done = run(command, data=data)
    assert done.returncode == 2
    assert "REDIS_URL" in done.stderr


def test_a_poster_needs_an_address_and_a_station_that_exists(
    small: Path, small_learnt: Path, tmp_path: Path
) -> None:
    assert "PUBLIC_URL" in run("poster", "mai_phu", data=small_learnt, content=small).stderr
    here = {"PUBLIC_URL": "https://tructban.example.vn"}
    assert "mai_phu" in run("poster", "nowhere", data=small_learnt, content=small, **here).stderr
    file = tmp_path / "tờ dán.pdf"
    assert run("poster", "mai_phu", str(file), data=small_learnt, content=small, **here).returncode == 0
    assert file.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"), ("PORT", "99999"), ("PUBLIC_URL", "tructban.vn"), ("REDIS_URL", "http://x"),
        ("REDIS_URL", "redis://x"), ("SECRET_KEY", "short"), ("ALLOW_VOLATILE", "yes"), ("KEEP_BACKUPS", "0"),
        ("TRUSTED_PROXIES", "10.0.0.1,proxy"),
    ],
)  # fmt: skip
def test_a_wrong_setting_names_itself_and_never_its_secret(name: str, value: str, data: Path) -> None:
    done = run("run", data=data, **{name: value})
    assert done.returncode == 2
    assert ("SECRET_KEY" if value == "redis://x" else name) in done.stderr
    assert "short" not in done.stderr
