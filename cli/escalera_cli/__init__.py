"""The operator's tool of Escalera."""

import zoneinfo

# Time zones as of the tzdata that is installed with us, as the functions have them: that of this machine may be old.
zoneinfo.reset_tzpath(to=())
