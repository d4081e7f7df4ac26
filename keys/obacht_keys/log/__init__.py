"""The office's log of questions: one process writes it, and what it says is final before anything is answered."""
