"""Spark Connect servers for tests: Sail, which comes as a wheel, and Apache Spark itself where it is to be had.

``CUIJIE_SPARK_REMOTE`` names a running server of Apache Spark (``sc://host:port``); ``CUIJIE_SPARK_HOME`` names the
folder of a full ``pyspark`` package, from which one is started here (Java is needed) and stopped again.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

__all__ = ["SERVERS", "running"]

SERVERS = ("sail", "apache")
_PATIENCE_S = 240
_NONE = "did not run: neither CUIJIE_SPARK_REMOTE (sc://host:port of an Apache Spark) nor CUIJIE_SPARK_HOME (folder of a full pyspark) is set"


def running(which: str, scratch: Path) -> Iterator[str]:
    """The address of a server of *which* kind while it runs; skips with the reason where there is none."""
    pytest.importorskip("pyspark", reason="did not run: the spark extra is not installed")
    return _sail() if which == "sail" else _apache(scratch)


def _sail() -> Iterator[str]:
    server_of = pytest.importorskip("pysail.spark", reason="did not run: pysail is not installed")
    server = server_of.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


def _apache(scratch: Path) -> Iterator[str]:
    remote, home = os.environ.get("CUIJIE_SPARK_REMOTE"), os.environ.get("CUIJIE_SPARK_HOME")
    if remote:
        yield remote
        return
    if not home:
        pytest.skip(_NONE)
    if shutil.which("java") is None:
        pytest.skip("did not run: CUIJIE_SPARK_HOME is set, but there is no java")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (scratch / "spark.log").open("wb") as log:
        server = subprocess.Popen(
            _command(Path(home), port, scratch), stdout=log, stderr=log, env=_environment(home), start_new_session=True
        )
        try:
            _wait_for(server, port, scratch / "spark.log")
            yield f"sc://127.0.0.1:{port}"
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _command(home: Path, port: int, scratch: Path) -> list[str]:
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.ui.enabled": "false",
    }
    said = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    server = ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "--master", "local[2]"]
    return [str(home / "bin" / "spark-submit"), *server, "--driver-memory", "2g", *said, "spark-internal"]


def _environment(home: str) -> dict[str, str]:
    return os.environ | {"SPARK_HOME": home, "SPARK_LOCAL_IP": "127.0.0.1"}


def _wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"Apache Spark did not start: {log.read_text('utf-8', 'replace')[-2000:]}")
