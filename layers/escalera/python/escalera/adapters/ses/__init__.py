"""E-mail through Amazon SES."""

from escalera.adapters.ses.requests import SesEmails
from escalera.contracts.tags import readable_tag, tag_value

__all__ = ["SesEmails", "readable_tag", "tag_value"]
