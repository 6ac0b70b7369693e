"""`make bench`: ratios measured side by side in one run on the same server, never bare times."""
