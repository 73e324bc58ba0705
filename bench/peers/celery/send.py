"""
`send.py fill COUNT` sends no-op tasks one by one; `send.py latency COUNT RATE` sends so many a second and waits for when each began. Writes one line of JSON.
"""

import json
import sys
import time

from tasks import clock, noop

how, count = sys.argv[1], int(sys.argv[2])

if how == "fill":
    noop.apply_async()
    start = time.perf_counter()
    for _ in range(count - 1):
        noop.apply_async()
    print(json.dumps({"perSecond": (count - 1) / (time.perf_counter() - start)}))
else:
    rate = float(sys.argv[3])
    clock.apply_async().get(timeout=30)
    sent = []
    start = time.perf_counter()
    for n in range(count):
        wait = start + n / rate - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        at = time.time() * 1000
        sent.append((at, clock.apply_async()))
    print(json.dumps({"late": [result.get(timeout=30) - at for at, result in sent]}))
