"""What the layer of this test's template brings along."""

WORD = "from the layer"
