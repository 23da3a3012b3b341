"""Train a model in a process of its own: `python -m classifiers JOB.json`.

The job file names rows, keywords, lexicon, output folder, seed and moment. Progress goes to standard output as one
JSON object a line, the digest of the stored model in the last one; a refusal exits with status 2.
"""

import json
import sys
from pathlib import Path
from typing import TextIO

from classifiers.routing import KeywordRule
from classifiers.rows import load_rows
from classifiers.store import save
from classifiers.text import load_lexicon
from classifiers.train import TrainingError, train


def main(job_path: Path, out: TextIO) -> int:
    """Train as the job file says; return the exit status."""

    def say(**values: object) -> None:
        out.write(json.dumps(values, ensure_ascii=False) + "\n")
        out.flush()

    job = json.loads(job_path.read_text(encoding="utf-8"))
    try:
        model = train(
            load_rows(Path(job["rows"])),
            lexicon=load_lexicon(Path(job["lexicon"])),
            keywords=[KeywordRule(*rule) for rule in job["keywords"]],
            seed=job["seed"],
            created_at=job["created_at"],
            progress=lambda share, step: say(share=share, step=step),
        )
    except TrainingError as exc:
        say(error=exc.message)
        return 2
    say(digest=save(model, Path(job["folder"])))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.stdout))
