from __future__ import annotations

from pathlib import Path

import pytest

from onecard.kernel import postgres_problem, postgres_settings


@pytest.mark.parametrize(
    ("memory_mb", "shared_buffers"),
    [(256, "128MB"), (512, "128MB"), (2_048, "512MB"), (16_384, "4096MB"), (262_144, "4096MB")],
)
def test_shared_buffers_are_a_quarter_of_the_memory_within_bounds(memory_mb: int, shared_buffers: str) -> None:
    assert postgres_settings.sized(memory_mb=memory_mb, disk_mb=100_000)["shared_buffers"] == shared_buffers


@pytest.mark.parametrize(("disk_mb", "max_wal"), [(1_000, "256MB"), (20_000, "2000MB"), (500_000, "4096MB")])
def test_the_log_takes_no_more_than_a_tenth_of_a_small_disk(disk_mb: int, max_wal: str) -> None:
    assert postgres_settings.sized(memory_mb=4_096, disk_mb=disk_mb)["max_wal_size"] == max_wal


def test_a_container_counts_its_own_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "limit").write_text(f"{64 * 2**20}\n")
    (tmp_path / "none").write_text("max\n")
    files = tuple(str(tmp_path / name) for name in ("limit", "none", "missing"))
    monkeypatch.setattr(postgres_settings, "_CGROUP_LIMITS", files)
    assert postgres_settings.memory_mb() == 64


def test_compression_follows_the_build(tmp_path: Path) -> None:
    texts = [
        postgres_settings.configuration(tmp_path, data_dir=tmp_path, socket_dir=tmp_path / "s", log=tmp_path / "l", build=build)
        for build in ("--with-lz4", "--without-icu")
    ]
    assert ["wal_compression = 'lz4'" in text for text in texts] == [True, False]
    assert all(text.splitlines()[-1] == "include_if_exists = 'site.conf'" for text in texts)


def test_account_names_are_quoted() -> None:
    text = postgres_settings.account_map(["root", "CAMPUS user", "root"])
    assert text.splitlines()[1:] == ['onecard "CAMPUS user" all', 'onecard "root" all']


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("FATAL:  could not write: No space left on device", "the disk is full: 7 MB are free"),
        ("FATAL:  could not create shared memory segment: x", "too little shared memory"),
        ("FATAL:  could not map: Cannot allocate memory", "too little memory"),
        ('FATAL:  configuration file "x" contains errors', "does not accept a setting"),
        ("PANIC:  could not locate a valid checkpoint record at 0/1", "restore the last backup"),
        ("FATAL:  the moon is full", "the moon is full"),
    ],
)
def test_what_postgresql_says_becomes_what_to_do(tmp_path: Path, output: str, said: str) -> None:
    problem = postgres_problem.explain(output, doing="start", where=tmp_path, free_bytes=7 * 2**20)
    assert said in str(problem)
    assert str(tmp_path) in str(problem)
    assert "what to do: " in str(problem)
