"""A real cluster of two processes: the same bytes as on one machine, also when a worker is lost."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import joblib
import pytest

import textlens as tl
from textlens.sharding import extract_shards

distributed = pytest.importorskip("distributed")
LONG = 1000


@pytest.fixture(scope="module")
def client() -> Iterator[distributed.Client]:
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True}
    with (
        distributed.LocalCluster(**options, host="127.0.0.1", dashboard_address="127.0.0.1:0") as cluster,
        distributed.Client(cluster) as client,
    ):
        client.wait_for_workers(2)
        yield client


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve shards of the demo's articles, over and over; the last takes seconds, so that its worker can be lost."""
    folder = tmp_path_factory.mktemp("articles")
    demo = tl.demo_folder()
    listed = tl.read_manifest(demo / "corpus.toml").articles
    for shard in range(12):
        rows = [
            {
                "id": f"{shard}-{turn}-{article['id']}",
                "source": article["source"],
                "text": (demo / "texts" / article["file"]).read_text(),
            }
            for turn in range(5 if shard < 11 else LONG)
            for article in listed[shard % 3 :]
        ]
        (folder / f"{shard:02}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return folder


@pytest.fixture(scope="module")
def alone(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("alone")
    return contents(extract_shards(articles, out, codebook=tl.demo_folder() / "codebook.toml"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def on_cluster(articles: Path, out: Path) -> Path:
    with joblib.parallel_config(backend="dask"):
        return extract_shards(articles, out, codebook=tl.demo_folder() / "codebook.toml")


def test_a_cluster_writes_the_same_bytes(
    client: distributed.Client, articles: Path, alone: dict[str, bytes], tmp_path: Path
) -> None:
    assert contents(on_cluster(articles, tmp_path)) == alone
    done = client.run(os.getpid)
    assert len(set(done.values())) == 2


def test_a_lost_worker_costs_no_data(
    client: distributed.Client, articles: Path, alone: dict[str, bytes], tmp_path: Path
) -> None:
    pids = client.run(os.getpid)
    killed: list[int] = []
    over = threading.Event()

    def kill_in_mid_run() -> None:
        begun = tmp_path / "features" / "shards" / ".begun-11.jsonl"
        while not killed and not over.is_set():
            readers = [worker for worker, keys in client.processing().items() if keys] if begun.exists() else []
            for reader in readers[:1]:
                os.kill(pids[reader], signal.SIGKILL)
                killed.append(pids[reader])
            time.sleep(0.001)

    killer = threading.Thread(target=kill_in_mid_run, daemon=True)
    killer.start()
    features = on_cluster(articles, tmp_path)
    over.set()
    killer.join()
    assert len(killed) == 1
    assert killed[0] not in client.run(os.getpid).values()
    assert contents(features) == alone
