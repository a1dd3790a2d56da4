"""JSON Schemas of the content files, for editors that underline mistakes while one types."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from bot.content.catalogue import FILES
from bot.content.model import IntentFile


def schemas() -> dict[str, str]:
    """File name and text of every schema; the same content classes always give the same text."""
    models: dict[str, type[BaseModel]] = {
        **{name.removesuffix(".yaml"): model for name, model in FILES.items()},
        "intents": IntentFile,
    }
    return {
        f"{name}.schema.json": json.dumps(
            model.model_json_schema(by_alias=True), ensure_ascii=False, indent=2
        )
        + "\n"
        for name, model in models.items()
    }


def write(folder: Path) -> None:
    """Write the schemas into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, "utf-8")
