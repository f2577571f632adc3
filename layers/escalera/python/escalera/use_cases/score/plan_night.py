"""How a night will work through the base, told by the size of the export."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from escalera.use_cases.score.nights import Night

ITEMS_TOGETHER = 100_000
"""Records of the table in one part: some 100 MB while it is worked on."""
MOST_PARTS = 400
"""The state machine keeps a history of 25,000 events, and each part is worked on twice. Beyond 40 million records the
parts grow."""


def plan_night(folder: str, export: Mapping[str, Any]) -> Night:
    """Plan by what DynamoDB says of the export (`DescribeExport`), of which the ARN's last part names the folder.

    A part more than the records ask for costs a call or two; a part too few costs memory.
    """
    identity = str(export["ExportArn"]).rsplit("/", 1)[-1]
    parts = -(-int(export["ItemCount"]) // ITEMS_TOGETHER)
    return Night(
        folder=folder,
        export=f"{folder}/AWSDynamoDB/{identity}",
        as_of=datetime.fromisoformat(export["ExportTime"]).astimezone(UTC),
        buckets=min(max(parts, 1), MOST_PARTS),
    )
