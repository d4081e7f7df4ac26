"""The auditor: a root key under a passphrase, and a careful look at what it signs."""
