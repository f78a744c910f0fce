"""``/metrics`` and ``/healthz`` of a whole server, for this machine alone."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socket import create_server, socket

from o2o.collect.recording.drainer import Drainer
from o2o.collect.recording.metrics import Metrics, format_metrics
from o2o.collect.serving.crew import Crew
from o2o.collect.serving.protocol import Answer, Connection, Connections, Reply
from o2o.collect.serving.proxies import Proxies
from o2o.collect.serving.request import Request
from o2o.errors import SettingError
from o2o.times import MINUTE, now

LOOPBACK = "127.0.0.1"

_RED_AFTER_LOSS = 10 * MINUTE


@dataclass(frozen=True, slots=True)
class Monitor:
    """Answers for the workers and the drainer together."""

    crew: Crew
    drainer: Drainer

    def handle(self, request: Request, reply: Reply) -> None:
        """Answer one request."""
        match request.path:
            case "/metrics":
                text = format_metrics(self.crew.sum_metrics(), self._own_samples())
                reply(Answer("metrics", 200, text.encode(), ((b"content-type", b"text/plain; version=0.0.4"),)))
            case "/healthz":
                reply(self._show_health())
            case _:
                reply(Answer("unknown", 404, b"ask for /metrics or /healthz\n"))

    def _own_samples(self) -> dict[str, int]:
        return {
            "drained_total": self.drainer.drained,
            "workers": self.crew.size,
            "worker_restarts_total": self.crew.restarts,
        }

    def _show_health(self) -> Answer:
        metrics = self.crew.sum_metrics()
        missing = f"{self.crew.missing} worker(s) missing" if self.crew.missing else ""
        trouble = self.drainer.trouble or metrics.trouble or missing or tell_loss(metrics, now())
        health = {
            "status": "red" if trouble else "green",
            "recorded": metrics.recorded,
            "lost": metrics.lost,
            "drained": self.drainer.drained,
            "trouble": trouble,
            "touchpoints": metrics.targets,
            "workers": self.crew.size,
            "restarts": self.crew.restarts,
        }
        body = json.dumps(health).encode() + b"\n"
        return Answer("health", 503 if trouble else 200, body, ((b"content-type", b"application/json"),))


def tell_loss(metrics: Metrics, at: int) -> str:
    """Return what was lost, as long as that is news; how much stays in the metrics."""
    if not metrics.lost or at >= metrics.lost_at + _RED_AFTER_LOSS:
        return ""
    return f"{metrics.lost} scan(s) were answered and lost: the disk had no room for segments"


@contextmanager
def serving_metrics(monitor: Monitor, port: int | None) -> Iterator[str]:
    """Answer on a port of this machine for the length of the block, and say under which address; None: don't."""
    if port is None:
        yield ""
        return
    try:
        listener = create_server((LOOPBACK, port))
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0].lower()
        raise SettingError("--metrics-port", str(port), reason, "choose another; 0 takes any free one") from None
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_serve, args=(loop, listener, monitor), daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        listener.close()


def _serve(loop: asyncio.AbstractEventLoop, listener: socket, monitor: Monitor) -> None:
    connections = Connections(monitor.handle, Proxies(), Metrics())
    loop.run_until_complete(loop.create_server(lambda: Connection(connections), sock=listener))
    sweeping = loop.create_task(connections.sweep())
    loop.run_forever()
    sweeping.cancel()
    for connection in list(connections.all):
        connection.abort()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
