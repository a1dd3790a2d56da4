"""The content files and the class each is checked with; intents/<topic>.yaml are `IntentFile`s."""

from __future__ import annotations

from pydantic import BaseModel

from bot.content.answers import AnswerFile
from bot.content.guides import GuideFile
from bot.content.model import TextFile, UrgentFile, WordFile
from bot.content.scams import ScamFile
from bot.content.stations import StationFile
from bot.content.warnings import WarningFile

FILES: dict[str, type[BaseModel]] = {
    "faq.yaml": AnswerFile,
    "stations.yaml": StationFile,
    "texts.yaml": TextFile,
    "words.yaml": WordFile,
    "urgent.yaml": UrgentFile,
    "guides.yaml": GuideFile,
    "scams.yaml": ScamFile,
    "warnings.yaml": WarningFile,
}
