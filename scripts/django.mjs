import { spawnSync } from "node:child_process";
import { aptInstall, canInstall } from "./apt.mjs";

/** Debian's own Python: others do not see its packages. */
const python = "/usr/bin/python3";
const modules = "django, django_celery_beat, django_celery_results, psycopg2";

/**
 * The Python that has Django and Celery's apps for it, for the tests that import from databases which these have made; installed with apt where that
 * is possible.
 *
 * @returns {Promise<{ python: string, reason?: undefined } | { python?: undefined, reason: string }>}
 */
export async function djangoOrReason() {
  if (!hasDjango() && canInstall()) {
    await aptInstall(
      "--no-install-recommends",
      "python3-django",
      "python3-django-celery-beat",
      "python3-django-celery-results",
      "python3-psycopg2",
    );
  }
  if (hasDjango()) return { python };
  return {
    reason:
      "there is no Django with Celery's apps: install them (Debian: apt-get install python3-django python3-django-celery-beat python3-django-celery-results python3-psycopg2)",
  };
}

function hasDjango() {
  return spawnSync(python, ["-c", `import ${modules}`], { stdio: "ignore" }).status === 0;
}
