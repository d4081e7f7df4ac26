"""A key office: custody of one OPRF key share, the registry of devices, and the evaluation service."""
