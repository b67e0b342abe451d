"""What only whole processes show: the first call in a fresh one, and shards with one and two of them.

Usage: ``python benchmarks/speed_processes.py FOLDER JOBS`` prints what the shards of a folder took as JSON.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from speed_ways import Measured, cpu_time, forget_peak, memory

START = "import sys, textlens as tl; tl.count_terms(tl.tokenize(tl.read_corpus(sys.argv[1])))"


def run(command: list[str], **environment: str) -> str:
    """What a program prints; a RuntimeError with its last words where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if done.returncode:
        raise RuntimeError((done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1])
    return done.stdout


def fresh_process(articles: Path, cache: Path | None) -> Measured:
    """A whole process: import, read, tokenize, count; numba keeps what it compiles in ``cache``, or a new folder."""
    with tempfile.TemporaryDirectory() as empty:
        cpu, wall = cpu_time(), time.perf_counter()
        run([sys.executable, "-c", START, str(articles)], NUMBA_CACHE_DIR=str(cache or empty))
        return Measured(cpu_time() - cpu, time.perf_counter() - wall)


def shards(folder: Path, jobs: int) -> Measured:
    """Features of all shards of a folder; the peak of two processes: that of the first, and twice the larger worker."""
    import textlens as tl

    before = memory("VmRSS")
    with tempfile.TemporaryDirectory() as out:
        anew = forget_peak()
        cpu, wall = cpu_time(), time.perf_counter()
        tl.extract_shards(folder, out, n_jobs=jobs)
        wall = time.perf_counter() - wall
        if jobs > 1:
            # The time of workers is told when they have ended.
            from joblib.externals.loky import get_reusable_executor

            get_reusable_executor().shutdown(wait=True)
        cpu = cpu_time() - cpu
    peak = memory("VmHWM")
    if not (anew and before and peak):
        return Measured(cpu, wall)
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6
    return Measured(cpu, wall, peak - before + (jobs * worker if jobs > 1 else 0))


if __name__ == "__main__":
    print(json.dumps(asdict(shards(Path(sys.argv[1]), int(sys.argv[2])))))
