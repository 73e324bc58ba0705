"""Celery as it is measured beside hyoshi: its own defaults, JSON, results kept. BENCH_BROKER and BENCH_RESULTS are its addresses."""

import os
import time

from celery import Celery

app = Celery("bench", broker=os.environ["BENCH_BROKER"], backend=os.environ.get("BENCH_RESULTS") or None)
app.conf.update(task_default_queue=os.environ.get("BENCH_QUEUE", "celery"), broker_heartbeat=0)


@app.task(name="bench.noop")
def noop():
    pass


@app.task(name="bench.clock")
def clock():
    return time.time() * 1000
