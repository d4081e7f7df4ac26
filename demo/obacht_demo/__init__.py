"""A whole deployment on one machine: the real parties as separate processes, with invented people."""
