"""A bucket of files."""

from escalera.adapters.s3.files import S3NightFiles

__all__ = ["S3NightFiles"]
