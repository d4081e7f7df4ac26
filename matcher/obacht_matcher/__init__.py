"""The matcher: the published register in Valkey or Redis, served as buckets of one size."""
