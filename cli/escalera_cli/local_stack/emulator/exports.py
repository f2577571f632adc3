"""DynamoDB: an export to S3 leaves the files that it leaves in the cloud, dated by the simulated clock."""

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ministack.services import dynamodb, s3

from .registry import mend
from .settings import Settings

# As few as the service writes for a small table. Items are dealt out in turn: those of one partition key lie in
# several files, which the service may do too.
DATA_FILES = 4


def export_files(folder: str, items: Sequence[Mapping[str, Any]], at: str) -> dict[str, bytes]:
    """Give the objects of an export of these items, by key: data, manifest of the files, summary last."""
    files: dict[str, bytes] = {}
    manifest = []
    for number in range(DATA_FILES):
        dealt = items[number::DATA_FILES]
        lines = "".join(json.dumps({"Item": item}, separators=(",", ":")) + "\n" for item in dealt)
        key, content = f"{folder}/data/{number:012d}.json.gz", gzip.compress(lines.encode(), 1)
        files[key] = content
        digest = hashlib.md5(content, usedforsecurity=False)
        manifest.append({"itemCount": len(dealt), "md5Checksum": digest.hexdigest(), "dataFileS3Key": key})
    files[f"{folder}/manifest-files.json"] = "".join(json.dumps(one) + "\n" for one in manifest).encode()
    summary = {
        "version": "2020-06-30",
        "itemCount": len(items),
        "outputFormat": "DYNAMODB_JSON",
        "exportTime": at,
    }
    files[f"{folder}/manifest-summary.json"] = json.dumps(summary).encode()
    return files


def write_export(export: dict[str, Any]) -> None:
    """Write a table's items, as they are now, where the export was asked to, and note how it ended."""
    name = export["TableArn"].rsplit("/", 1)[-1]
    with dynamodb._lock:
        table = dynamodb._tables[name]
        items = [dict(item) for partition in table["items"].values() for item in partition.values()]
    identity = export["ExportArn"].rsplit("/", 1)[-1]
    folder = "/".join(filter(None, (export.get("S3Prefix"), "AWSDynamoDB", identity)))
    at = datetime.fromtimestamp(export["ExportTime"], UTC).isoformat(timespec="milliseconds")
    for key, content in export_files(folder, items, at.replace("+00:00", "Z")).items():
        status, _, body = s3._put_object(export["S3Bucket"], key, content, {})
        if status >= 300:
            said = body.decode(errors="replace") if isinstance(body, bytes) else str(body)
            export |= {"ExportStatus": "FAILED", "FailureCode": "S3WriteFailed", "FailureMessage": said}
            return
    export |= {
        "ExportStatus": "COMPLETED",
        "ExportManifest": f"{folder}/manifest-summary.json",
        "ItemCount": len(items),
    }


@mend(
    "an export completes but writes no file, needs no point-in-time recovery, and knows nothing of simulated time",
    {
        "services.dynamodb._export_table_to_point_in_time": "7de9a0bcce54",
        "services.dynamodb._describe_export": "28915d45df50",
        "services.s3._put_object": "cf5861e4d999",
    },
)
def write_exports(settings: Settings) -> None:
    """Write the files when the export is asked for; whoever describes it then sees it ended."""
    upstream = dynamodb._export_table_to_point_in_time

    def export(data: dict[str, Any]) -> Any:
        name = str(data.get("TableArn", "")).rsplit("/", 1)[-1]
        if name in dynamodb._tables and not dynamodb._pitr_settings.get(name):
            refusal = f"Point in time recovery is not enabled for table '{name}'"
            return dynamodb.error_response_json("PointInTimeRecoveryUnavailableException", refusal, 400)
        known = set(dynamodb._exports)
        status, headers, body = upstream(data)
        for arn in set(dynamodb._exports) - known:
            dynamodb._exports[arn]["ExportTime"] = settings.now().timestamp()
            write_export(dynamodb._exports[arn])
        return status, headers, body

    dynamodb._export_table_to_point_in_time = export
