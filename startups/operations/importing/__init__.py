"""A region's list, from the spreadsheet it sends to the applications of its call.

Received, laid out (which sheet, which headings, which columns), compared, then written: each step
by itself, so that nothing is written which nobody has seen.
"""

from startups.operations.importing.comparing import (
    COMPARE_JOB,
    ask_comparison,
    compare_sheet,
    refused_list,
)
from startups.operations.importing.laying_out import (
    ColumnsMissing,
    NoSuchColumn,
    NoSuchRow,
    described_sheet,
    ensure_enough,
    lay_out_sheet,
    layout_of,
)
from startups.operations.importing.receiving import NoFile, forget_sheet, receive_sheet
from startups.operations.importing.states import AlreadyImported, Busy, Erased, is_busy
from startups.operations.importing.writing import (
    WRITE_JOB,
    ChangedSince,
    NotCompared,
    NothingToWrite,
    RowsRefused,
    ask_import,
    write_sheet,
)

__all__ = [
    "COMPARE_JOB",
    "WRITE_JOB",
    "AlreadyImported",
    "Busy",
    "ChangedSince",
    "ColumnsMissing",
    "Erased",
    "NoFile",
    "NoSuchColumn",
    "NoSuchRow",
    "NotCompared",
    "NothingToWrite",
    "RowsRefused",
    "ask_comparison",
    "ask_import",
    "compare_sheet",
    "described_sheet",
    "ensure_enough",
    "forget_sheet",
    "is_busy",
    "lay_out_sheet",
    "layout_of",
    "receive_sheet",
    "refused_list",
    "write_sheet",
]
