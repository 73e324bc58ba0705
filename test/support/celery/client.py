"""
A Python client that a test drives: each line of its standard input is JSON, `{"id": 1, "code": "…"}`, whose code is executed here; the value of its last
expression is written back as `{"id": 1, "value": …}`, what it raised as `{"id": 1, "error": {"type", "module", "args", "text", "traceback"}}`. Names stay
from one line to the next. Both projects' tasks are there: those of the Python workers as `py`, those of hyoshi's as `ts`.
"""

import ast
import json
import sys
import traceback
from datetime import datetime, timedelta, timezone

import celery
from celery import chain, chord, group, signature
from celery.result import AsyncResult, GroupResult

import remote as ts
import tasks as py
from project import app


def publish_raw(body, queue="hyoshi", headers=None, content_type="application/json", content_encoding="utf-8", **properties):
    """A message as it is, whatever it is."""
    with app.producer_or_acquire() as producer:
        producer.publish(
            body,
            exchange="",
            routing_key=queue,
            headers=headers or {},
            content_type=content_type,
            content_encoding=content_encoding,
            **properties
        )


names = {
    "publish_raw": publish_raw,
    "app": app,
    "celery": celery,
    "chain": chain,
    "chord": chord,
    "group": group,
    "signature": signature,
    "AsyncResult": AsyncResult,
    "GroupResult": GroupResult,
    "datetime": datetime,
    "timedelta": timedelta,
    "timezone": timezone,
    "py": py,
    "ts": ts,
}


def value_of(code):
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "test", "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), "test", "eval"), names)


def answer(line):
    asked = json.loads(line)
    try:
        return {"id": asked["id"], "value": value_of(asked["code"])}
    except BaseException as error:
        kind = type(error)
        return {
            "id": asked["id"],
            "error": {
                "type": kind.__name__,
                "module": kind.__module__,
                "args": [plain(one) for one in error.args],
                "text": str(error),
                "traceback": traceback.format_exc(),
            },
        }


def plain(value):
    try:
        json.dumps(value)
        return value
    except TypeError:
        return repr(value)


# What others print must not come between the answers.
out = sys.stdout
sys.stdout = sys.stderr
print(json.dumps({"ready": celery.__version__}), file=out, flush=True)
for line in sys.stdin:
    print(json.dumps(answer(line), default=repr), file=out, flush=True)
