"""The JSON Schemas by which editors help with the programme's files, generated from the models."""

import json
from pathlib import Path

from escalera.journeys.fields import FileModel
from escalera.journeys.file_model import Journey
from programme_compiler.models import MessageFile, ProgrammeFile

SCHEMAS: dict[str, type[FileModel]] = {
    "programme.schema.json": ProgrammeFile,
    "journey.schema.json": Journey,
    "message.schema.json": MessageFile,
}


def schema_text(name: str) -> str:
    """The schema of this file name, as it must stand in programme/schemas/."""
    schema = SCHEMAS[name].model_json_schema(by_alias=True)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write all schemas into the folder; the paths that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name in SCHEMAS:
        path, text = folder / name, schema_text(name)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
