"""What the Python workers of the tests can do."""

import datetime
import time

from celery.exceptions import Ignore
from project import app, note


@app.task(name="py.add")
def add(x, y):
    return x + y


@app.task(name="py.mul")
def mul(x, y):
    return x * y


@app.task(name="py.total")
def total(numbers):
    return sum(numbers)


@app.task(name="py.echo")
def echo(*args, **kwargs):
    return {"args": args, "kwargs": kwargs}


@app.task(name="py.forgotten", ignore_result=True)
def forgotten(kind):
    """Its result is nowhere but in the text that its worker's event displays."""
    return {"number": 42, "object": datetime.date(2026, 1, 2), "long": "x" * 5000}[kind]


@app.task(name="py.fail")
def fail(message):
    raise ValueError(message, 42)


@app.task(name="py.flaky", bind=True, max_retries=5)
def flaky(self, times):
    """Asks for another execution so many times."""
    if self.request.retries < times:
        raise self.retry(exc=RuntimeError("not yet"), countdown=0.2)
    return self.request.retries


@app.task(name="py.nap")
def nap(seconds):
    time.sleep(seconds)
    return seconds


@app.task(name="py.late_nap", acks_late=True, reject_on_worker_lost=True)
def late_nap(seconds):
    """Its message goes to another worker when its own is killed."""
    note("py.late_nap")
    time.sleep(seconds)
    return seconds


@app.task(name="py.ignored")
def ignored():
    """Ends without a state, and without an event."""
    note("py.ignored")
    raise Ignore()


@app.task(name="py.stand_in", bind=True)
def stand_in(self, seconds, name, args, queue):
    """Has another task, of either side, take its place."""
    time.sleep(seconds)
    raise self.replace(app.signature(name, args=args, queue=queue))


@app.task(name="py.walk", bind=True)
def walk(self, steps):
    for step in range(1, steps + 1):
        self.update_state(state="PROGRESS", meta={"current": step, "total": steps})
        time.sleep(0.1)
    return steps


@app.task(name="py.about", bind=True)
def about(self, *args, **kwargs):
    """Tells how its message came."""
    request = self.request
    return {
        "id": request.id,
        "root": request.root_id,
        "parent": request.parent_id,
        "group": request.group,
        "args": request.args,
        "kwargs": request.kwargs,
        "eta": request.eta,
        "expires": request.expires,
        "limits": request.timelimit,
        "priority": request.delivery_info.get("priority"),
        "queue": request.delivery_info.get("routing_key"),
        "origin": request.origin,
        "periodic_task_name": getattr(request, "periodic_task_name", None),
        "trace": getattr(request, "x_trace", None),
    }


@app.task(name="py.note")
def take_note(text):
    note(text)
    return text


@app.task(name="py.on_error")
def on_error(task_id):
    note("py.on_error %s" % task_id)
    return task_id


@app.task(name="py.spawn", bind=True)
def spawn(self, name, args, queue):
    """Sends another task from inside, and answers its id."""
    return self.app.send_task(name, args=args, queue=queue).id
