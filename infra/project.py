"""The assembly of the project as it lies on disk: layers built if they are not yet, the programme read."""

from email.utils import formataddr
from pathlib import Path

from escalera.journeys.file_model import Journey
from infra.assembly import PERFORM_STEP, Assembly, CompiledJourney, LayerFolders
from infra.journey_compiler import compile_journey, waits_for
from infra.settings import Settings
from layers.build import LAMBDA_PYTHON, build_layers, layer_by_reference
from programme_compiler.models import ProgrammeFile
from programme_compiler.source import read_source


class ProgrammeUnreadableError(ValueError):
    """The programme has problems, each of which the message names with its file and line."""


def project_assembly(root: Path, *, settings: Settings, prebuilt: bool) -> Assembly:
    """What to deploy for a stage. `prebuilt`: whoever calls has built the layers already."""
    source = read_source(root / "programme")
    if source.problems or source.programme is None:
        message = "the programme cannot be deployed:\n" + "\n".join(
            str(problem) for problem in source.problems
        )
        raise ProgrammeUnreadableError(message)
    shop = source.programme.shop
    return Assembly(
        functions=root / "functions",
        python=f"python{LAMBDA_PYTHON}",
        layers=_layers(root, settings=settings, prebuilt=prebuilt),
        journeys=[_compiled(one.journey, source.programme) for one in source.journeys.values()],
        sender=settings.sender or formataddr((shop.name, shop.support_email)),
        time_zone=shop.default_time_zone,
    )


def _layers(root: Path, *, settings: Settings, prebuilt: bool) -> LayerFolders:
    platform = "local" if settings.stage == "local" else "lambda"
    dependencies, scoring = f"dependencies-{platform}", f"scoring-{platform}"
    built = root / "build" / "layers"
    if not prebuilt:
        build_layers(built, only=("escalera", "programme", dependencies, scoring))
    wheels = {"dependencies": built / dependencies, "scoring": built / scoring}
    if settings.stage == "local":
        wheels = {name: layer_by_reference(folder) for name, folder in wheels.items()}
    return LayerFolders(
        dependencies=wheels["dependencies"],
        escalera=built / "escalera",
        programme=built / "programme",
        scoring=wheels["scoring"],
    )


def _compiled(journey: Journey, programme: ProgrammeFile) -> CompiledJourney:
    hopes_for = {journey.goal.event} if journey.goal else set()
    return CompiledJourney(
        name=journey.name,
        about=journey.about,
        starts_on=journey.starts_on.event,
        starts_for=frozenset(journey.starts_on.group or ()),
        listens_to=frozenset(journey.leaves_on) | waits_for(journey) | hopes_for,
        definition=compile_journey(
            journey, perform_step_arn=PERFORM_STEP, expires_after=programme.contact.expires_after
        ),
    )
