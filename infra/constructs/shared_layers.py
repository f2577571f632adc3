"""The layers functions stand on: third-party wheels, Escalera's own code, the shop's programme; some also the numbers."""

from pathlib import Path

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.assembly import LayerFolders

# Cheaper than x86 at the same speed; layers/build.py fetches wheels for the same processor.
ARCHITECTURE = lambda_.Architecture.ARM_64


class SharedLayers(Construct):
    """Three layers for all, most stable first, so that an edited message never uploads the wheels again.

    `scoring` is for the functions that compute with numpy and scipy, and for no other: it is larger than all the rest.
    """

    def __init__(self, scope: Construct, id: str, *, folders: LayerFolders, runtime: lambda_.Runtime) -> None:
        super().__init__(scope, id)
        self._runtime = runtime
        self.versions = [
            self._layer(name, folder, description)
            for name, folder, description in (
                ("Dependencies", folders.dependencies, "The locked third-party packages of Escalera"),
                ("Escalera", folders.escalera, "Escalera's own code"),
                ("Programme", folders.programme, "The shop's policy, journeys and messages, compiled"),
            )
        ]
        self.scoring = self._layer("Scoring", folders.scoring, "What the nightly score computes with")

    def _layer(self, name: str, folder: Path, description: str) -> lambda_.ILayerVersion:
        return lambda_.LayerVersion(
            self,
            name,
            code=lambda_.Code.from_asset(str(folder)),
            description=description,
            compatible_runtimes=[self._runtime],
            compatible_architectures=[ARCHITECTURE],
        )
