"""The layers every function stands on: third-party wheels, Escalera's own code, the shop's programme."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.assembly import LayerFolders

# Cheaper than x86 at the same speed; layers/build.py fetches wheels for the same processor.
ARCHITECTURE = lambda_.Architecture.ARM_64


class SharedLayers(Construct):
    """Three layers, most stable first, so that an edited message never uploads the wheels again."""

    def __init__(self, scope: Construct, id: str, *, folders: LayerFolders, runtime: lambda_.Runtime) -> None:
        super().__init__(scope, id)
        self.versions: list[lambda_.ILayerVersion] = [
            lambda_.LayerVersion(
                self,
                name,
                code=lambda_.Code.from_asset(str(folder)),
                description=description,
                compatible_runtimes=[runtime],
                compatible_architectures=[ARCHITECTURE],
            )
            for name, folder, description in (
                ("Dependencies", folders.dependencies, "The locked third-party packages of Escalera"),
                ("Escalera", folders.escalera, "Escalera's own code"),
                ("Programme", folders.programme, "The shop's policy, journeys and messages, compiled"),
            )
        ]
