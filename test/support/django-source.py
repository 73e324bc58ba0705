"""Makes a database as django-celery-beat and django-celery-results do: by their own migrations and models.

Reads JSON from the standard input: the database's settings, and rows as {model, as, fields, then}. A field that is "@name" is the row that was
made under that name; `afterwards` are columns that saving would set by itself.
"""

import json
import sys

import django
from django.conf import settings

given = json.load(sys.stdin)
settings.configure(
    INSTALLED_APPS=["django_celery_beat", "django_celery_results"],
    DATABASES={"default": given["database"]},
    USE_TZ=True,
    TIME_ZONE="UTC",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    SECRET_KEY="for a test",
)
django.setup()

from django.apps import apps  # noqa: E402
from django.core.management import call_command  # noqa: E402

call_command("migrate", verbosity=0)

made = {}
for row in given["rows"]:
    model = apps.get_model(row["model"])
    fields = {
        name: made[value[1:]] if isinstance(value, str) and value.startswith("@") else value
        for name, value in row.get("fields", {}).items()
    }
    instance = model.objects.create(**fields)
    if "afterwards" in row:
        model.objects.filter(pk=instance.pk).update(**row["afterwards"])
    if "as" in row:
        made[row["as"]] = instance

json.dump({"version": __import__("django_celery_beat").__version__}, sys.stdout)
