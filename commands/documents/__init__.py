"""Documents and reports: filled from the record, then made into Word files."""
