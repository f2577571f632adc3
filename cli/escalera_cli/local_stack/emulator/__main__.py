"""Start the mended MiniStack, or with `--changed-upstream` say which mends need a look."""

import os
import sys
from pathlib import Path

from . import registry


def import_rooms() -> None:
    """Import every room of mends; each registers its own."""
    from . import (  # noqa: F401, PLC0415 (importing MiniStack takes a while: after the version is known)
        cloudformation,
        control,
        exports,
        faults,
        http_api,
        integrations,
        mail,
        mappings,
        permissions,
        redriving,
        roles,
        secretsmanager,
        stepfunctions,
        table,
        texts,
        visitors,
        workers,
    )


def main() -> None:
    """Refuse another MiniStack, mend this one, serve."""
    registry.refuse_other_version()
    if sys.argv[1:] == ["--changed-upstream"]:
        import_rooms()
        changed = registry.changed_upstream()
        print("\n".join(changed))  # noqa: T201 (this is the answer)
        raise SystemExit(1 if changed else 0)
    from .ending import leave_on_signal_or_with_parent  # noqa: PLC0415
    from .settings import Settings  # noqa: PLC0415

    leave_on_signal_or_with_parent(Path(os.environ["ESCALERA_LOCAL_DISCARDED"]))
    import_rooms()
    registry.apply_all(Settings.from_environment())
    from ministack import app  # noqa: PLC0415

    app.main()


if __name__ == "__main__":
    main()
