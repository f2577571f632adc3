"""What `cdk synth` runs: `python -m infra.app`, with `-c stage=local|dev|prod` and optionally `-c prebuilt=true`.

On the local stack nothing has a name of its own, so whoever starts it says where things are found: `-c console_url=`,
`-c portal_url=` and `-c sign_in_url=`.
"""

import sys
from pathlib import Path

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infra.assembly import Assembly
from infra.project import ProgrammeUnreadableError, project_assembly
from infra.retention_stack import RetentionStack
from infra.settings import Settings, UnknownStageError, at_home, settings_for

ROOT = Path(__file__).resolve().parent.parent


def build_app(app: cdk.App, *, settings: Settings, assembly: Assembly) -> RetentionStack:
    """Put one stage's stack into the app, checked by cdk-nag while it is synthesized."""
    stack = RetentionStack(app, f"escalera-{settings.stage}", settings=settings, assembly=assembly)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    return stack


def main() -> None:
    """Synthesize the project as it lies on disk."""
    app = cdk.App()
    prebuilt = str(app.node.try_get_context("prebuilt")).lower() == "true"
    try:
        settings = settings_for(app.node.try_get_context("stage") or "dev")
        if settings.stage == "local":
            settings = at_home(settings, app.node.try_get_context)
        assembly = project_assembly(ROOT, settings=settings, prebuilt=prebuilt)
    except (ProgrammeUnreadableError, UnknownStageError) as error:
        sys.exit(str(error))  # what to mend, without the trace of how we found out
    build_app(app, settings=settings, assembly=assembly)
    app.synth()


if __name__ == "__main__":
    main()
