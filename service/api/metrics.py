"""``/metrics`` for Prometheus, with the operator's password: it names collections, and how much is asked is not for everybody."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from service.metrics import Metrics
from service.operator import HEADERS, check_password
from service.runtime import STATES, Runtime

router = APIRouter(include_in_schema=False, dependencies=[Depends(check_password)])


@router.get("/metrics")
def metrics(request: Request) -> Response:
    counted: Metrics = request.app.state.metrics
    return Response(generate_latest(counted.registry), headers=HEADERS, media_type=CONTENT_TYPE_LATEST)


class Served(Collector):
    """What is served now, asked when Prometheus asks."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterator[Metric]:
        state = GaugeMetricFamily("ratslotse_state", "1 for the state that /health/ready tells", labels=["state"])
        now = self._runtime.state
        for known in STATES:
            state.add_metric([known], float(known == now))
        yield state
        served = {
            "generation": GaugeMetricFamily("ratslotse_generation", "Number of the generation", labels=["index"]),
            "documents": GaugeMetricFamily("ratslotse_documents", "Documents in it", labels=["index"]),
            "passages": GaugeMetricFamily("ratslotse_passages", "Passages in it", labels=["index"]),
            "degraded": GaugeMetricFamily("ratslotse_degraded", "1: the one before, the live one is damaged", labels=["index"]),
        }
        for name, library in self._runtime.opened().items():
            generation = library.opened
            served["generation"].add_metric([name], int(generation.number))
            served["documents"].add_metric([name], int(generation.manifest["documents"]))
            served["passages"].add_metric([name], generation.passages)
            served["degraded"].add_metric([name], float(library.degraded))
        yield from served.values()
