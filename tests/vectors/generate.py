"""Make ``tests/vectors/*.json`` anew (``make vectors``): what implementations in other languages test against."""

import json
from pathlib import Path

from vectors import formats_vectors, log_vectors, matching_vectors, oprf_vectors, reports_vectors

FOLDER = Path(__file__).parent

if __name__ == "__main__":
    for module in (formats_vectors, log_vectors, matching_vectors, oprf_vectors, reports_vectors):
        name = module.__name__.rpartition(".")[2].removesuffix("_vectors")
        text = json.dumps(module.vectors(), ensure_ascii=False, indent=2)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
