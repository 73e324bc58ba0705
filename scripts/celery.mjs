import { spawnSync } from "node:child_process";
import { aptInstall, canInstall } from "./apt.mjs";

/** Debian's own Python: others do not see its packages. */
const python = "/usr/bin/python3";
const modules = "celery, redis, amqp, django, django_celery_beat, django_celery_results, psycopg2";
const packages = [
  "python3-celery",
  "python3-redis",
  "python3-django",
  "python3-django-celery-beat",
  "python3-django-celery-results",
  "python3-psycopg2",
];

/**
 * The Python that has Celery with both brokers' clients, for the tests with real Celery on the other side; installed with apt where that is possible.
 *
 * @returns {Promise<{ python: string, reason?: undefined } | { python?: undefined, reason: string }>}
 */
export async function celeryOrReason() {
  if (!hasCelery() && canInstall()) await aptInstall("--no-install-recommends", ...packages);
  if (hasCelery()) return { python };
  return { reason: `there is no Celery: install it (Debian: apt-get install ${packages.join(" ")})` };
}

function hasCelery() {
  return spawnSync(python, ["-c", `import ${modules}`], { stdio: "ignore" }).status === 0;
}
