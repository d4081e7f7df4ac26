"""Letters: to the person concerned (notice, answer, decision) and to the council (yearly report), as tagged PDF.

Pure of storage: a dataclass goes in, bytes come out, and nothing is written anywhere. The words stand in the templates
(``templates/*.typ``), German and English side by side; names and free text reach them as data and are never markup.
"""
