"""Putting answers into words: which parts, in which order, with which footnote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from bot.conversation.fines import fines
from bot.domain.answer import Answer, Body, Freshness, Spell
from bot.domain.command import Facet
from bot.domain.knowledge import Emergency, Knowledge
from bot.domain.message import Link, Secret

_SHOWN_LINKS = 3
_LEAD = re.compile(r"\*\*.+?\*\*|.+?[.!?](?=\s|$)")
_NAMED = 2  # laws and sources named under an answer; "căn cứ?" gives all


def full(known: Knowledge, answer: Answer, body: Body, day: date) -> str:
    """The whole answer: what most people need first, the ground it stands on last."""
    return _joined(*_whole(known, body, day), footnote(known, answer, body, day))


def opening(known: Knowledge, answer: Answer, body: Body, day: date, facets: Sequence[Facet] = ()) -> str:
    """What is said while a case question is open: warnings in full, other answers in short.

    Parts that were asked for by name ("làm hộ chiếu bao nhiêu tiền") come along. Below the question, as below
    every answer, stands only the ground: pages set it small, and do not read it aloud.
    """
    ask = f"**{body.cases[0].ask}**" if body.cases else ""
    if answer.lasting:
        parts = _whole(known, body, day)
    else:
        wanted = _facts(known, body, day, [facet for facet in facets if facet is not Facet.BRING])
        bring = _listed(known, "head_bring", body.bring) if Facet.BRING in facets else ""
        parts = [body.short or "", bring, wanted]
    return _joined(*parts, ask, footnote(known, answer, body, day))


def _whole(known: Knowledge, body: Body, day: date) -> list[str]:
    return [
        body.short or "",
        _listed(known, "head_bring", body.bring),
        _listed(known, "head_steps", body.steps, numbered=True),
        _listed(known, "head_notes", body.notes),
        _facts(known, body, day),
        f"{known.says('head_warn')} {body.warn}" if body.warn else "",
    ]


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def brief(body: Body) -> str:
    """What counts of an answer: what stands out in its first lines, or the first sentence."""
    short = " ".join((body.short or "").split())
    lead = _LEAD.match(short)
    return lead[0] if lead else short


def part(known: Knowledge, answer: Answer, body: Body, facet: Facet, day: date) -> str | None:
    """One part of an answer under its own heading, or None when the answer does not have it."""
    lines = {
        Facet.FEE: _held(body.fee, day),
        Facet.TIME: _held(body.time, day),
        Facet.WHERE: [body.where] if body.where else [],
        Facet.ONLINE: [body.online] if body.online else [],
        Facet.PROXY: [body.proxy] if body.proxy else [],
        Facet.BRING: body.bring,
        Facet.STEPS: body.steps,
        Facet.LAW: (*(body.law or ()), *(source.name for source in answer.sources)),
        Facet.FINE: fines(body),
    }[facet]
    if not lines:
        return None
    head = known.says(f"head_{facet}")
    if len(lines) == 1:
        return f"**{answer.title}**\n\n{head} {lines[0]}"
    return f"**{answer.title}**\n\n{head}\n\n{_lines(lines, numbered=facet is Facet.STEPS)}"


def muted(known: Knowledge, answer: Answer) -> str:
    """What stands in for an answer that is too old to be trusted."""
    return known.says("muted", title=answer.title)


def alarm(emergency: Emergency) -> str:
    """What is said at once in an emergency: the number, then the few steps that count."""
    return f"{emergency.short}\n\n{_lines(emergency.steps, numbered=True)}"


def warning(known: Knowledge, withheld: frozenset[Secret]) -> str:
    """What is said to somebody who sent private data."""
    what = ", ".join(known.says(f"withheld_{kind}") for kind in sorted(withheld))
    text = known.says("withheld", what=what)
    if withheld & {Secret.CODE, Secret.PASSWORD}:
        text += "\n\n" + known.says("withheld_code_given")
    return text


def links(answer: Answer) -> tuple[Link, ...]:
    """Sources that can be opened."""
    return tuple(Link(s.name, s.url) for s in answer.sources if s.url)[:_SHOWN_LINKS]


def footnote(known: Knowledge, answer: Answer, body: Body, day: date) -> str:
    """Law, sources and the day of the last review, in one line."""
    parts = []
    if body.law:
        parts.append(known.says("grounds", law="; ".join(body.law[:_NAMED])))
    if answer.sources:
        names = [source.name for source in answer.sources if source.name not in (body.law or ())]
        parts.append(known.says("sources", sources="; ".join(names[:_NAMED])) if names else "")
    if body.law or answer.sources:
        due = answer.freshness(day) is Freshness.DUE
        key = "reviewed" if not due else "reviewed_last" if answer.lasting else "reviewed_due"
        parts.append(known.says(key, day=f"{answer.reviewed:%d/%m/%Y}"))
    return f"*{' '.join(filter(None, parts))}*" if parts else ""


def above_ground(text: str, more: str, ground: str) -> str:
    """The text of an answer with more said above the ground it stands on."""
    return _joined(text.removesuffix(ground).rstrip(), more, ground)


_FACTS = (Facet.WHERE, Facet.TIME, Facet.FEE, Facet.ONLINE)


def _facts(known: Knowledge, body: Body, day: date, facets: Sequence[Facet] = _FACTS) -> str:
    """Where, how long, how much, online: a point each; what has several rows is a list of its own below."""
    facts = {
        Facet.WHERE: (body.where,) if body.where else (),
        Facet.TIME: _held(body.time, day),
        Facet.FEE: _held(body.fee, day),
        Facet.ONLINE: (body.online,) if body.online else (),
    }
    shown = [(f"head_{facet}", rows) for facet in facets if (rows := facts.get(facet))]
    # Another mark than that of what to bring, or they would be one list with it.
    points = [f"* {known.says(head)} {rows[0]}" for head, rows in shown if len(rows) == 1]
    lists = [_listed(known, head, rows) for head, rows in shown if len(rows) > 1]
    return _joined("\n".join(points), *lists)


def _held(spells: tuple[Spell, ...] | None, day: date) -> list[str]:
    return [spell.text.rstrip(".;") for spell in spells or () if spell.holds(day)]


def _listed(known: Knowledge, head: str, items: Sequence[str] | None, *, numbered: bool = False) -> str:
    return f"{known.says(head)}\n\n{_lines(items, numbered=numbered)}" if items else ""


def _lines(items: Sequence[str] | None, *, numbered: bool = False) -> str:
    return "\n".join(_marked(items or (), numbered=numbered))


def _marked(items: Sequence[str], *, numbered: bool) -> Iterator[str]:
    for number, item in enumerate(items, start=1):
        yield f"{number}. {item}" if numbered else f"- {item}"
