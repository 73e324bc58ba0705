"""The Celery application of the tests, as a team's own `celery.py` would have it. CELERY_SETTINGS holds its settings as JSON."""

import json
import os

from celery import Celery


def set_up_django(address):
    """For the result backend `django-db`: Django with its app alone. Makes its tables where they are not there."""
    from urllib.parse import unquote, urlsplit

    import django
    from django.conf import settings
    from django.core.management import call_command

    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": parts.path}
    else:
        database = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path[1:],
            "HOST": parts.hostname,
            "PORT": parts.port,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
        }
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["django_celery_results"],
        USE_TZ=True,
        TIME_ZONE="UTC",
        SECRET_KEY="tests",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()
    if os.environ.get("INTEROP_MIGRATE"):
        call_command("migrate", verbosity=0)


if os.environ.get("INTEROP_DJANGO"):
    set_up_django(os.environ["INTEROP_DJANGO"])

app = Celery("interop")
app.conf.update(json.loads(os.environ["CELERY_SETTINGS"]))


def note(line):
    """Writes down that something was executed: one line each, so that executions can be counted whoever dies."""
    folder = os.environ.get("INTEROP_NOTES")
    if not folder:
        return
    file = os.open(os.path.join(folder, "notes.txt"), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(file, (line + "\n").encode())
    os.close(file)
