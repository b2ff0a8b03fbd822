"""Rows from the workbooks an office already has: read, judged row by row, asked about, and entered in one go."""
