"""Files that people bring: from the bytes of a spreadsheet to checked entries, and how far a file was taken in.

:mod:`~.sheets` makes rows of bytes, :mod:`~.columns` tells what stands where, :mod:`~.lines` gives the fields of each
line, :mod:`~.entries` what they say of a case. Nothing personal is in what is told of a fault.
"""
