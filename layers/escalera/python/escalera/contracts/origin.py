"""What CloudFront and the functions behind it agree on."""

ORIGIN_HEADER = "x-escalera-origin"
"""CloudFront puts it on every request to an API of ours, over whatever a visitor sent by this name."""
