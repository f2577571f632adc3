"""One night: when it looks at the base, in how many parts, and what its files are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from zlib import crc32

from escalera.domain.vocabulary import CustomerId


@dataclass(frozen=True, slots=True)
class Night:
    """What every step of a night is told."""

    folder: str
    """Of this night alone."""
    export: str
    """The folder of the table's export."""
    as_of: datetime
    """The instant the export shows; all steps judge by it."""
    buckets: int
    """In how many parts the customers are worked through; each customer is in one, whole."""

    def bucket_of(self, customer_id: CustomerId) -> int:
        """Which part a customer is in."""
        return crc32(customer_id.encode()) % self.buckets

    def exported(self, file: str) -> str:
        """A data file of the export, by the name that the manifest gives it."""
        return f"{self.export}/data/{file.rsplit('/', 1)[-1]}"

    @property
    def manifest(self) -> str:
        """What lists the data files of the export, a line each."""
        return f"{self.export}/manifest-files.json"

    def histories(self, bucket: int) -> str:
        """The beginning of the names of a part's records."""
        return f"{self.folder}/histories/{bucket:05d}/"

    @property
    def summaries(self) -> str:
        """The beginning of the names of what each part sums up to."""
        return f"{self.folder}/summaries/"

    @property
    def score(self) -> str:
        """The shop's score of this night."""
        return f"{self.folder}/score/shop.json"

    @property
    def results(self) -> str:
        """The beginning of the names of what scoring each part came to."""
        return f"{self.folder}/results/"

    def of_bucket(self, folder: str, bucket: int) -> str:
        """A part's own file in one of these."""
        return f"{folder}{bucket:05d}.json"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: what the state machine hands on."""
        return {
            "folder": self.folder,
            "export": self.export,
            "as_of": self.as_of.isoformat(),
            "buckets": self.buckets,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        as_of = datetime.fromisoformat(data["as_of"])
        return cls(data["folder"], data["export"], as_of, data["buckets"])
