"""Lists of start-ups as regions keep them, from a spreadsheet to rows that an application takes.

`child` reads a file in a process of its own; `reading` starts it; `mapping` proposes what each
column means; `values` makes of each cell what an application holds; `comparing` tells what would
change. `startups.operations.importing` writes.
"""
