"""How much of a file is read: far above any real decree, far below what a small server can bear."""

MIB = 1024 * 1024

FILE_BYTES = 30 * MIB
"""The longest decrees with their appendices take some ten as Word and twenty as PDF files."""

UNZIPPED_BYTES = 200 * MIB
"""All parts of one Word or Excel file, or a compressed table, once unpacked."""

PART_BYTES = 64 * MIB
"""One part that is read; the text of 2,000 pages takes about twenty."""

RATIO = 400
RATIO_FROM_BYTES = 8 * MIB
"""Law shrinks to a tenth, a table of repeats to a hundredth; a part of this size that shrank further is a bomb."""

ZIP_MEMBERS = 5_000
"""A Word file has some twenty parts and one for each picture."""

PDF_PAGES = 2_000

TEXT_CHARACTERS = 20_000_000
"""Ten times the civil and the penal code together."""

SPREADSHEET_ROWS = 200_000
SPREADSHEET_COLUMNS = 200
"""The national catalogue has 6,000 procedures and some twenty columns."""

EMPTY_ROWS = 1_000
"""A table ends after so many empty rows: a format set for whole columns reaches to the millionth."""

LINE_BYTES = 4 * MIB
BULK_BYTES = 2_048 * MIB
"""The longest article known takes 64 KiB; all law in force takes some 300 MiB."""

ROW_FAULTS = 100
"""So many faulty rows are named; a table with more is not the table it is taken for."""
