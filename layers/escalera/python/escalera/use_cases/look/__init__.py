"""What the shop's people look at: read only, each read bounded, and it says so where it stopped."""
