"""A synthesized template, asked in the words of Escalera: by function and resource, not by generated ids."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

Json = dict[str, Any]
# The hex digits that the CDK puts behind a construct's path; sixteen if part of the path held some already.
ID_HASH = re.compile(r"(?:[0-9A-F]{8}){1,2}$")


class SynthesizedStack:
    """One stack's template on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def template(self) -> Json:
        return dict(json.loads(self.path.read_text(encoding="utf-8")))

    def resources(self, kind: str) -> dict[str, Json]:
        """The properties of all resources of a type, by readable name."""
        return {
            plain(logical_id): resource.get("Properties", {})
            for logical_id, resource in self.template["Resources"].items()
            if resource["Type"] == kind
        }

    @cached_property
    def shape(self) -> dict[str, str]:
        """Every resource's type by its logical id."""
        return {logical_id: resource["Type"] for logical_id, resource in self.template["Resources"].items()}

    @cached_property
    def functions(self) -> dict[str, Json]:
        """The properties of each function, by the name of its folder."""
        return {
            tags(one)["escalera:function"]: one for one in self.resources("AWS::Lambda::Function").values()
        }

    def function_of(self, reference: Any) -> str:
        """The name of the function that a reference names."""
        name = readable(reference).removesuffix(".Arn")
        return tags(self.resources("AWS::Lambda::Function")[name])["escalera:function"]

    def grants(self, role: Any) -> set[tuple[str, str]]:
        """What a role may do: every action with every resource; a denial or a condition is said in front."""
        name = readable(role).removesuffix(".Arn")
        found = set()
        for policy in self.resources("AWS::IAM::Policy").values():
            if name not in map(readable, policy["Roles"]):
                continue
            for statement in policy["PolicyDocument"]["Statement"]:
                found |= set(_spelled_out(statement))
        return found

    @cached_property
    def queue_mappings(self) -> dict[str, tuple[str, Json]]:
        """The function and the mapping's settings that each queue feeds."""
        return {
            readable(mapping["EventSourceArn"]).removesuffix(".Arn"): (
                self.function_of(mapping["FunctionName"]),
                mapping,
            )
            for mapping in self.resources("AWS::Lambda::EventSourceMapping").values()
        }


def _spelled_out(statement: Json) -> Iterable[tuple[str, str]]:
    prefix = (
        "DENIED " if statement["Effect"] == "Deny" else "CONDITIONAL " if "Condition" in statement else ""
    )
    for action in _as_list(statement["Action"]):
        for resource in _as_list(statement.get("Resource", [])):
            yield prefix + action, readable(resource)
        for resource in _as_list(statement.get("NotResource", [])):
            yield prefix + action, f"all but {readable(resource)}"


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def tags(properties: Mapping[str, Any]) -> dict[str, str]:
    """A resource's tags as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}


def plain(logical_id: str) -> str:
    """A logical id without its hash: the path of its construct."""
    return ID_HASH.sub("", logical_id)


def readable(value: Any) -> str:
    """An intrinsic function as a person would write it: `CustomersTable.Arn/index/due`."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return plain(name)
        case {"Fn::GetAtt": [name, attribute]}:
            return f"{plain(name)}.{attribute}"
        case {"Fn::Join": [between, parts]}:
            return str(between).join(map(readable, parts))
        case {"Fn::Sub": text}:
            return str(text)
        case _:
            return json.dumps(value, sort_keys=True)
