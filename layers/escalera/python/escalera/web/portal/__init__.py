"""The customers' pages: reached by the links in their mails, without a login, and without scripts."""
