"""The pages: the chat, and answers rendered here for browsers without script."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import yaml
from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot.channels import markup
from bot.channels.visitors import Visitors
from bot.content.edition import Edition
from bot.conversation.days import local_day
from bot.conversation.redaction import redact
from bot.conversation.screens import CHOICE_LIMIT
from bot.conversation.text import LIMIT
from bot.domain.heard import AnyHeard, Chose
from bot.domain.message import Button, Moment, Reply
from bot.domain.session import Session

_HERE = files("bot.channels.webchat")
_SOURCES = re.compile(r"<p><em>[^<]*</em></p>\s*\Z")  # all in italics; chat.js tells them the same way
_FOR_EVER = "public, max-age=31536000, immutable"
mimetypes.add_type("application/manifest+json", ".webmanifest")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page. Its name carries a hash, so that a browser may keep it for ever."""

    name: str
    kind: str
    content: bytes
    packed: bytes


class Assets:
    """The files of `static/`, read once."""

    def __init__(self) -> None:
        self._by_path: dict[str, Asset] = {}
        self._paths: dict[str, str] = {}
        for file in sorted(_HERE.joinpath("static").iterdir(), key=lambda file: file.name):
            content = file.read_bytes()
            stem, _, ending = file.name.rpartition(".")
            path = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            self._by_path[path] = Asset(file.name, kind, content, gzip.compress(content, mtime=0))
            self._paths[file.name] = f"/static/{path}"

    def path(self, name: str) -> str:
        """Where a page finds a file."""
        return self._paths[name]

    async def handle(self, request: web.Request) -> web.Response:
        """`GET /static/<name>`."""
        asset = self._by_path.get(request.match_info["name"])
        if asset is None:
            return web.Response(status=404)
        headers = {"Cache-Control": _FOR_EVER, "Vary": "Accept-Encoding", "Content-Type": asset.kind}
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=asset.packed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=asset.content, headers=headers)


class Pages:
    """`/` and `/hoi`, from the content in use at the moment of asking."""

    def __init__(
        self,
        current: Callable[[], Edition],
        assets: Assets,
        visitors: Visitors,
        banners: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """`banners`: what visitors are to know before anything else, in our markup."""
        self._banners = banners
        self._current, self.visitors = current, visitors
        self.words: dict[str, str] = yaml.safe_load(_HERE.joinpath("page.yaml").read_text("utf-8"))
        self._templates = Environment(
            loader=PackageLoader("bot.channels.webchat"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(page=self.words, asset=assets.path)

    async def chat(self, request: web.Request) -> web.Response:
        """`GET /`, `GET /?start=<station>`."""
        edition = self._current()
        station = edition.known.stations.get(request.query.get("start", ""))
        opening = edition.dialogue.opening(Session(station=station.id if station else None)).replies[0]
        return self.rendered(
            "chat.html",
            topics=[{"label": b.label, "choice": b.choice} for b in opening.buttons],
            greeting_html=markup.html(opening.text),
            station={"id": station.id, "name": station.name} if station else None,
            start=station.id if station else None,
        )

    async def asked(self, request: web.Request) -> web.Response:
        """`GET /hoi?q=`: a question; `?c=`: a button of an earlier answer."""
        if not self.visitors.admits(request):
            words = self._current().known.says("slow_down").replace("**", "")
            raise web.HTTPTooManyRequests(text=words, headers={"Retry-After": "60"})
        query = request.query.get("q", "").strip()[:LIMIT]
        choice = request.query.get("c", "")
        if choice and len(choice) <= CHOICE_LIMIT:
            return self._answers("", Chose(choice=choice))
        if not query:
            return self._answers("", None)
        found = redact(query)
        heard = self._current().understanding.understand(
            found.text, withheld=found.withheld, day=local_day(_now())
        )
        return self._answers(found.text, heard)

    async def answer(self, request: web.Request) -> web.Response:
        """`GET /hoi/<intent>`."""
        intent = request.match_info["intent"]
        answer = self._current().known.answers.get(intent)
        if answer is None:
            raise web.HTTPNotFound(text=self.words["hoi_nothing"])
        return self._answers("", Chose(choice=f"a:{intent}"), title=answer.title)

    def _answers(self, query: str, heard: AnyHeard | None, *, title: str | None = None) -> web.Response:
        """Answers on a page; one with a `title` of its own is always the same, so it may be searched for."""
        edition = self._current()
        replies: tuple[Reply, ...] = ()
        if heard:
            replies = edition.dialogue.read(heard, _now())
        topics = edition.dialogue.opening(Session()).replies[0].buttons
        return self.rendered(
            "hoi.html",
            query=query,
            title=title or query,
            answers=[_shown(reply) for reply in replies],
            topics=[{"label": button.label, "href": _address(button)} for button in topics],
            noindex=title is None,
        )

    def rendered(self, name: str, *, status: int = 200, **values: Any) -> web.Response:
        """A page made of a template."""
        banners = [markup.html(line) for line in self._banners()]
        body = self._templates.get_template(name).render(banners=banners, **values)
        headers = {"Cache-Control": "no-store"}
        response = web.Response(text=body, status=status, content_type="text/html", headers=headers)
        response.enable_compression()
        return response


def _now() -> Moment:
    return Moment(datetime.now(UTC), "page")


def _shown(reply: Reply) -> dict[str, Any]:
    """A reply without a talk behind it: buttons that would need one are left out."""
    kept = [button for button in reply.buttons if button.choice.partition(":")[0] in {"a", "t", "m"}]
    html = markup.html(reply.text)
    sources = _SOURCES.search(html) if reply.links else None
    return {
        "html": html[: sources.start()] if sources else html,
        "sources_html": sources[0] if sources else "",
        "buttons": [{"label": button.label, "href": _address(button)} for button in kept],
        "links": [{"label": link.label, "url": link.url} for link in reply.links],
    }


def _address(button: Button) -> str:
    kind, _, rest = button.choice.partition(":")
    if kind == "a" and ":" not in rest:
        return f"/hoi/{rest}"
    return f"/hoi?{urlencode({'c': button.choice})}"
