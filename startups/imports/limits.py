"""How much of a file is read. What goes beyond is refused with a sentence, never cut."""

# Of the file as sent.
FILE_BYTES = 20 * 1024 * 1024
# Of everything packed in it, unpacked. The largest honest list (20,000 rows, 60 columns) has 120.
UNPACKED_BYTES = 200 * 1024 * 1024
PACKED_PARTS = 1000
SHEETS = 50
ROWS = 20_000
COLUMNS = 200
# Of one cell; what spreadsheet programs themselves allow.
CELL_CHARACTERS = 32_767
# A quotation mark opened and never closed swallows the rest of a CSV file into one cell.
CELL_LINES = 200
# Of all cells of one sheet: an XLSX file refers to one long text from any number of cells.
TEXT_CHARACTERS = 20 * 1024 * 1024
# How much of each sheet is shown to choose the columns by, and of one cell there.
FIRST_ROWS = 40
FIRST_CHARACTERS = 200
# Of the description of all sheets together.
DESCRIPTION_BYTES = 1024 * 1024

# Of the process that reads.
MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 30
OUTPUT_BYTES = 64 * 1024 * 1024
WAIT_SECONDS = 45
