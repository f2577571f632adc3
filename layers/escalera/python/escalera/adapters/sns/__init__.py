"""Text messages through Amazon SNS."""

from escalera.adapters.sns.requests import SnsTexts

__all__ = ["SnsTexts"]
