"""Releases of another programme on a stack that runs: what `cdk deploy` does after somebody edited the files."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import aws_cdk as cdk

from escalera_cli.local_shop import WebPorts
from escalera_cli.local_stack import LocalStack, deploy
from infra.app import build_app
from infra.project import project_assembly
from infra.settings import at_home, settings_for
from programme_compiler import compile_programme

ROOT = Path(__file__).resolve().parents[2]


def release(stack: LocalStack, web: WebPorts, folder: Path, edit: Callable[[Path], None]) -> None:
    """Deploy this repository with its programme as `edit` leaves it; `folder`: an empty one for what that takes."""
    shutil.copytree(ROOT / "programme", folder / "programme")
    for name in ("functions", "build"):
        (folder / name).symlink_to(ROOT / name)
    edit(folder / "programme")
    layer = folder / "layer"
    compile_programme(folder / "programme", layer / "python" / "escalera_programme")
    told = {"console_url": web.console_url, "portal_url": web.portal_url, "sign_in_url": stack.endpoint}
    settings = at_home(settings_for("local"), told.get)
    assembly = project_assembly(folder, settings=settings, prebuilt=True)
    assembly = replace(assembly, layers=replace(assembly.layers, programme=layer))
    app = cdk.App(outdir=str(folder / "cdk.out"))
    build_app(app, settings=settings, assembly=assembly)
    app.synth()
    deploy(stack, folder / "cdk.out")
