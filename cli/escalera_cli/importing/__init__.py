"""A shop's past out of CSV files: understood by their headers, staged on disk, checked, merged, folded, reported."""
