"""What a worker counts, the sum over workers, and both as Prometheus reads them."""

import traceback
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

_ADDED = ("recorded", "lost", "orphans_not_stored", "bugs", "queue", "connections")
_SAMPLES = {
    "recorded_total": "recorded",
    "lost_total": "lost",
    "orphans_not_stored_total": "orphans_not_stored",
    "bugs_total": "bugs",
    "queue": "queue",
    "connections": "connections",
    "targets": "targets",
    "salt_age_seconds": "salt_age_seconds",
}
_HELP = {
    "recorded_total": "Hits that are on the disk.",
    "lost_total": "Hits that were answered and that no disk took.",
    "orphans_not_stored_total": "Requests for unknown, misread and retired codes beyond orphans_per_minute.",
    "bugs_total": "Requests that met a bug of o2o.",
    "queue": "Hits that wait for the disk.",
    "connections": "Open connections.",
    "targets": "Codes that are known.",
    "salt_age_seconds": "How long ago the day began whose salt visitors are hashed with; a day at most.",
    "drained_total": "Hits that became rows.",
    "workers": "Processes that answer.",
    "worker_restarts_total": "Processes that had to be replaced.",
    "answer_seconds": "From a whole request to its answer.",
    "fdatasync_seconds": "From a batch of hits to its being on the disk.",
}
_BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


@dataclass(slots=True)
class Histogram:
    """How often something took how long, in seconds."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(_BOUNDS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(_BOUNDS, seconds)] += 1
        self.total += seconds

    def add_all(self, other: "Histogram") -> None:
        """Count all that another one has counted."""
        self.counts = [ours + theirs for ours, theirs in zip(self.counts, other.counts, strict=True)]
        self.total += other.total

    def lines(self, name: str) -> Iterator[str]:
        """Yield the samples."""
        below = 0
        for bound, count in zip((*map(str, _BOUNDS), "+Inf"), self.counts, strict=True):
            below += count
            yield f'{name}_bucket{{le="{bound}"}} {below}'
        yield f"{name}_sum {self.total:.6f}"
        yield f"{name}_count {below}"


@dataclass(slots=True)
class Metrics:
    """What one worker has counted since its start, and its state of now; the sum of several is one again."""

    answers: Counter[str] = field(default_factory=Counter)
    answer_seconds: Histogram = field(default_factory=Histogram)
    sync_seconds: Histogram = field(default_factory=Histogram)
    recorded: int = 0
    lost: int = 0
    lost_at: int = 0
    """When one was lost last, in ms; 0: never."""
    orphans_not_stored: int = 0
    bugs: int = 0
    # its state
    queue: int = 0
    connections: int = 0
    targets: int = 0
    salt_age_seconds: int = 0
    trouble: str = ""

    def count_answer(self, kind: str, seconds: float) -> None:
        """Count an answer and how long it took."""
        self.answers[kind] += 1
        self.answer_seconds.add(seconds)

    def report_bug(self) -> None:
        """Count a bug and print the traceback that the client doesn't get."""
        self.bugs += 1
        traceback.print_exc()

    def without_state(self) -> "Metrics":
        """Return what was counted alone, of a worker that is gone."""
        return replace(self, queue=0, connections=0, targets=0, salt_age_seconds=0, trouble="")

    @classmethod
    def sum(cls, parts: Iterable["Metrics"]) -> "Metrics":
        """Return what several workers have counted together."""
        whole = cls()
        for part in parts:
            whole.answers.update(part.answers)
            whole.answer_seconds.add_all(part.answer_seconds)
            whole.sync_seconds.add_all(part.sync_seconds)
            for name in _ADDED:
                setattr(whole, name, getattr(whole, name) + getattr(part, name))
            whole.lost_at = max(whole.lost_at, part.lost_at)
            whole.targets = max(whole.targets, part.targets)
            whole.salt_age_seconds = max(whole.salt_age_seconds, part.salt_age_seconds)
            whole.trouble = whole.trouble or part.trouble
        return whole


def format_metrics(metrics: Metrics, others: Mapping[str, int]) -> str:
    """Return the text that Prometheus reads; names that end in ``_total`` are counters."""
    lines = ["# HELP o2o_requests_total Requests by how they were answered.", "# TYPE o2o_requests_total counter"]
    lines += [f'o2o_requests_total{{answer="{kind}"}} {count}' for kind, count in sorted(metrics.answers.items())]
    values = {name: getattr(metrics, attribute) for name, attribute in _SAMPLES.items()}
    for name, value in (*values.items(), *others.items()):
        kind = "counter" if name.endswith("_total") else "gauge"
        lines += [f"# HELP o2o_{name} {_HELP[name]}", f"# TYPE o2o_{name} {kind}", f"o2o_{name} {value}"]
    for name, histogram in (("answer_seconds", metrics.answer_seconds), ("fdatasync_seconds", metrics.sync_seconds)):
        lines += [f"# HELP o2o_{name} {_HELP[name]}", f"# TYPE o2o_{name} histogram", *histogram.lines(f"o2o_{name}")]
    return "\n".join(lines) + "\n"
