import httpx
import pytest
from collecting import make_touchpoint, serving

from o2o.collect.recording.metrics import Histogram, Metrics, format_metrics
from o2o.collect.serving.monitor import tell_loss
from o2o.times import MINUTE


def samples(text):
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))


def test_metrics_count_requests_by_answer_and_are_served_on_loopback_only(db, db_path):
    code = make_touchpoint(db)
    with serving(db_path, "--workers", "2") as server:
        for path in (f"/{code}", f"/{code}", "/ABCDEFG8", "/nonsense", f"/p/{code}"):
            server.get(path)
        outside = [server.get(path).status_code for path in ("/metrics", "/healthz")]
        health = server.wait_for(recorded=6)
        found = samples(httpx.get(f"{server.metrics_url}/metrics").text)
        unknown = httpx.get(f"{server.metrics_url}/secret").status_code
        server.stop()
    assert (outside, unknown, health["status"], health["workers"]) == ([404, 404], 404, "green", 2)
    by_answer = {name: int(value) for name, value in found.items() if name.startswith("o2o_requests_total")}
    assert by_answer == {
        'o2o_requests_total{answer="redirect"}': 2,
        'o2o_requests_total{answer="misread"}': 2,
        'o2o_requests_total{answer="unknown"}': 2,
        'o2o_requests_total{answer="page"}': 1,
    }
    assert (found["o2o_recorded_total"], found["o2o_lost_total"], found["o2o_targets"]) == ("6", "0", "1")
    assert int(found["o2o_fdatasync_seconds_count"]) > 0 and found["o2o_workers"] == "2"


def test_the_text_has_help_and_type_for_each_metric():
    text = format_metrics(Metrics(), {"drained_total": 1, "workers": 2, "worker_restarts_total": 0})
    names = {line.split(" ")[2] for line in text.splitlines() if line.startswith("# TYPE")}
    assert names == {line.split(" ")[2] for line in text.splitlines() if line.startswith("# HELP")}
    assert all(any(sample.startswith(name) for name in names) for sample in samples(text))


def test_the_sum_of_workers_adds_what_they_counted():
    one, two = Metrics(recorded=2, targets=5), Metrics(recorded=3, targets=5, trouble="locked")
    one.count_answer("redirect", 0.002)
    two.count_answer("redirect", 9)
    whole = Metrics.sum([one, two, two.without_state()])
    assert (whole.recorded, whole.targets, whole.trouble, whole.answers["redirect"]) == (8, 5, "locked", 3)
    assert whole.answer_seconds.counts[-1] == 2


def test_a_histogram_counts_below_each_bound():
    histogram = Histogram()
    for seconds in (0.0005, 0.02, 99):
        histogram.add(seconds)
    found = samples("\n".join(histogram.lines("x")))
    assert [found[f'x_bucket{{le="{bound}"}}'] for bound in ("0.0005", "0.01", "0.025", "2.5", "+Inf")] == list("11223")


@pytest.mark.parametrize(("minutes", "is_red"), [(0, True), (9, True), (11, False)])
def test_a_loss_is_red_for_ten_minutes_and_counted_for_good(minutes, is_red):
    worker = Metrics(lost=3, lost_at=1_000_000)
    whole = Metrics.sum([Metrics(), worker.without_state()])
    assert bool(tell_loss(whole, 1_000_000 + minutes * MINUTE)) is is_red
    assert whole.lost == 3 and tell_loss(Metrics(), 0) == ""
