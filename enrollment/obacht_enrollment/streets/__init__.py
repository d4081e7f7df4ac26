"""The town's street list: the official names, by which typed ones are completed and checked."""
