"""What /metrics tells Prometheus. Counted, never described: no card, no token, no content."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BATCH_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Metrics:
    """The counters of one gateway process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "onecard_gateway_requests", "Requests by address and status", ["endpoint", "status"], registry=self._registry
        )
        self.refusals = Counter("onecard_gateway_refusals", "Refused requests by code", ["code"], registry=self._registry)
        self.seconds = Histogram(
            "onecard_gateway_request_seconds", "Time to answer", ["endpoint"], buckets=SECONDS, registry=self._registry
        )
        self.batches = Histogram(
            "onecard_gateway_batch_records",
            "Records booked in one transaction",
            ["lane"],
            buckets=BATCH_SIZES,
            registry=self._registry,
        )
        self.waiting = Gauge(
            "onecard_gateway_waiting_records", "Records that wait for a batch", ["lane"], registry=self._registry
        )

        self._answered: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def answered(self, endpoint: str, status: int, *, seconds: float) -> None:
        """Count one answer and the time it took."""
        found = self._answered.get((endpoint, status))
        if found is None:  # looking a label up takes longer than counting
            found = self.requests.labels(endpoint, status), self.seconds.labels(endpoint)
            self._answered[endpoint, status] = found
        counter, histogram = found
        counter.inc()
        histogram.observe(seconds)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self._registry)
