"""
The tasks that hyoshi's workers have, as a Python project declares them to call them: the name is all that counts, and the body never runs here.
A worker does not import this module: what it cannot do it must not announce.
"""

from project import app


def _elsewhere(name):
    def body(*args, **kwargs):
        raise NotImplementedError("runs on another worker")

    return app.task(body, name=name, typing=False)


add = _elsewhere("app.add")
mul = _elsewhere("app.mul")
total = _elsewhere("app.total")
echo = _elsewhere("app.echo")
fail = _elsewhere("app.fail")
flaky = _elsewhere("app.flaky")
nap = _elsewhere("app.nap")
walk = _elsewhere("app.walk")
about = _elsewhere("app.about")
note = _elsewhere("app.note")
on_error = _elsewhere("app.on_error")
spawn = _elsewhere("app.spawn")
never = _elsewhere("app.never")
