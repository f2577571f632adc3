"""Text messages through Amazon SNS."""

from escalera.adapters.sns.sender import SnsTextSender

__all__ = ["SnsTextSender"]
