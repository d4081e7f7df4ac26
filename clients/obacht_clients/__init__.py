"""The department asks, the auditor verifies: library and commands, and no server code."""
