"""Cases: what the office's staff work on, from a report to the day on which nothing of it is left.

A *case* holds everything that is known and decided about one person or address (:class:`~.content.Content`, sealed as
one document) and has a state (:class:`~.states.State`). A *record* (:mod:`obacht_enrollment.records`) is what is
published of it: one row for each identity, written and deleted in the transaction that changes the case.
"""
