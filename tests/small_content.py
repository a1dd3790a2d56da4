"""The project's content with few matters and few phrases of each.

Reading and learning all of it takes seconds, and hardly any test is about that.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from bot.content.checking import LEAST

ROOT = Path(__file__).resolve().parent.parent
FILES = (
    "faq.yaml", "stations.yaml", "texts.yaml", "words.yaml", "urgent.yaml", "guides.yaml", "scams.yaml",
    "warnings.yaml",
)  # fmt: skip
# Topics of which only these are kept; of the others, which code and alarms name one by one, everything is.
FEW = {
    "can_cuoc": ("cap_lai", "cap_lan_dau", "doi_the", "tre_duoi_14"),
    "cu_tru": ("tam_tru", "thuong_tru"),
    "dich_vu_cong": ("ho_chieu", "nop_ho_so"),
    "dinh_danh": ("dang_ky_muc_2", "khoa_mo_khoa", "kich_hoat", "quen_mat_khau"),
    "oos": (
        "buc_xuc",
        "chung",
        "chuyen_khac",
        "ho_tich",
        "ngan_hang_the_sim",
        "sai_khien",
        "tieng_nuoc_ngoai",
    ),
}
_ENTRY = re.compile(r"^(?=\w+\.\w+:)", re.MULTILINE)
_NAMED = re.compile(r"((?:next|checklist): \[)([^]]*)\]")  # lists of other matters


def write(folder: Path) -> None:
    """Write it into a new folder."""
    (folder / "intents").mkdir(parents=True)
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    for name in ("faq.yaml", "stations.yaml"):
        (folder / name).write_text(_few_matters((ROOT / name).read_text("utf-8")), "utf-8")
    for path in (ROOT / "intents").glob("*.yaml"):
        text = _few_phrases(_few_matters(path.read_text("utf-8")))
        (folder / "intents" / path.name).write_text(text, "utf-8")
    for name in ("urgent.yaml", "scams.yaml"):
        (folder / name).write_text(_few_phrases((ROOT / name).read_text("utf-8")), "utf-8")


def _few_matters(text: str) -> str:
    head, *entries = _ENTRY.split(text)
    kept = "".join([head, *(entry for entry in entries if _is_kept(entry.partition(":")[0]))])
    return _NAMED.sub(lambda found: f"{found[1]}{', '.join(filter(_is_kept, found[2].split(', ')))}]", kept)


def _is_kept(id_: str) -> bool:
    topic, _, name = id_.partition(".")
    return topic not in FEW or name in FEW[topic]


def _few_phrases(text: str) -> str:
    kept, count = [], 0
    for line in text.splitlines(keepends=True):
        count = count + 1 if line.lstrip().startswith("- ") else 0
        if count <= LEAST:
            kept.append(line)
    return "".join(kept)
