"""Write events/<EventName>/v1.schema.json and v1.example.json from the models, or check that they are current.

python -m escalera.contracts.generate [--check]
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from escalera.contracts.registry import EVENTS, SHOP_EVENTS, VERSION

EVENTS_FOLDER = Path(__file__).resolve().parents[5] / "events"


def generated_files() -> Iterator[tuple[Path, str]]:
    """Each file of the public contract, as it should be."""
    for name, model in EVENTS.items():
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:escalera:event:{name}:v{VERSION}",
            "title": name,
            **{key: value for key, value in model.model_json_schema().items() if key != "title"},
            "x-source": "shop" if name in SHOP_EVENTS else "escalera",
        }
        for kind, content in (("schema", schema), ("example", model.EXAMPLE)):
            text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
            yield EVENTS_FOLDER / name / f"v{VERSION}.{kind}.json", text


def stale_files() -> list[Path]:
    """The files that are missing, differ from the models, or belong to no event any more."""
    wanted = dict(generated_files())
    there = set(EVENTS_FOLDER.glob("*/*.json"))
    return sorted(
        [path for path, text in wanted.items() if path not in there or path.read_text("utf-8") != text]
        + [path for path in there if path not in wanted]
    )


def main() -> int:
    """Exit code 0 when all is current (afterwards)."""
    if "--check" in sys.argv[1:]:
        stale = stale_files()
        for path in stale:
            sys.stderr.write(f"{path.relative_to(EVENTS_FOLDER.parent)} is not current: run `make schemas`\n")
        return 1 if stale else 0
    for path in stale_files():
        path.unlink(missing_ok=True)
    for path, text in generated_files():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
