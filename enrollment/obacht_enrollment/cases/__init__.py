"""Cases: what the office's staff work on, from a draft to the day on which nothing of it is left.

A *case* holds everything that is known and decided about one person or address (:class:`~.content.Content`, sealed as
one document) and has a state (:class:`~.states.State`). A *record* (:mod:`obacht_enrollment.records`) is what is
published of it: one row for each identity, written and deleted in the transaction that changes the case.

Rules, which read and write nothing: :mod:`~.workflow` (every way from one case to the next, four eyes),
:mod:`~.obstacles` (what is missing), :mod:`~.retention` (how long), :mod:`~.history` (the chain), :mod:`~.suppression`.

For pages and commands, with the unlocked office, who acts, and the time: :mod:`~.service` (draft, look, edit, submit,
approve, reject, renew, restrict, end, notice), :mod:`~.reading` (queues, history, looks), :mod:`~.similar`,
:mod:`~.requests` and :mod:`~.granting`, :mod:`~.calls`, :mod:`~.documents`, :mod:`~.exports`, :mod:`~.statistics`.

For the service and imports: :mod:`~.retaining` (what time does), :mod:`~.intake` (whole files), :mod:`~.taking_over`.
All of them write through :mod:`~.transaction`. For :mod:`~.similar` and the look at a file: :mod:`~.comparing`,
:mod:`~.spelling`, :mod:`~.crowd`.
"""
