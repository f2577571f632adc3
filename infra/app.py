"""What `cdk synth` runs: `python -m infra.app`, with `-c stage=local|dev|prod` and optionally `-c prebuilt=true`.

On the local stack nothing has a name of its own, so whoever starts it says where things are found: `-c console_url=`,
`-c portal_url=` and `-c sign_in_url=`. With `-c firewall=true` the app is the firewall of the stage's sites alone.
"""

import sys
from pathlib import Path

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infra.assembly import Assembly
from infra.firewall_stack import FirewallStack
from infra.project import ProgrammeUnreadableError, project_assembly
from infra.retention_stack import RetentionStack
from infra.settings import Settings, UnknownStageError, at_home, settings_for

ROOT = Path(__file__).resolve().parent.parent


def build_app(app: cdk.App, *, settings: Settings, assembly: Assembly) -> RetentionStack:
    """Put one stage's stack into the app, checked by cdk-nag while it is synthesized."""
    stack = RetentionStack(app, f"escalera-{settings.stage}", settings=settings, assembly=assembly)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    return stack


def build_firewall(app: cdk.App, *, settings: Settings) -> FirewallStack:
    """Put the firewall of one stage's sites into the app, by itself: it is deployed before the stack that names it."""
    stack = FirewallStack(app, f"escalera-{settings.stage}-firewall", settings=settings)
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
        if str(app.node.try_get_context("firewall")).lower() == "true":
            build_firewall(app, settings=settings)
            app.synth()
            return
        assembly = project_assembly(ROOT, settings=settings, prebuilt=prebuilt)
    except (ProgrammeUnreadableError, UnknownStageError) as error:
        sys.exit(str(error))  # what to mend, without the trace of how we found out
    build_app(app, settings=settings, assembly=assembly)
    app.synth()


if __name__ == "__main__":
    main()
