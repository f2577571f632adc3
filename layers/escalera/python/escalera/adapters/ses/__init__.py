"""E-mail through Amazon SES."""

from escalera.adapters.ses.sender import SesEmailSender
from escalera.contracts.tags import readable_tag, tag_value

__all__ = ["SesEmailSender", "readable_tag", "tag_value"]
