import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { djangoOrReason } from "../../scripts/django.mjs";

const program = fileURLToPath(new URL("django-source.py", import.meta.url));

export interface DjangoRow {
  /** `app.Model`. */
  readonly model: string;
  readonly as?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly afterwards?: Readonly<Record<string, unknown>>;
}

const found = await djangoOrReason();

/** On somebody's own machine the other tests still tell something; where the run decides about a change, all of them must. */
export const isDjangoNeeded = found.python !== undefined || process.env.CI === "true";

/** A database made by Django's own migrations and models; fails with what is missing where there is no Django. */
export function makeDjangoSource(database: string, rows: readonly DjangoRow[]): void {
  if (found.python === undefined) throw new Error(found.reason);
  const input = JSON.stringify({ database: settingsOf(database), rows });
  const { status, stderr } = spawnSync(found.python, [program], { input, encoding: "utf8" });
  if (status !== 0) throw new Error(`Django ended with ${status}:\n${stderr}`);
}

/** An SQLite file, or a PostgreSQL address. */
function settingsOf(database: string): Readonly<Record<string, unknown>> {
  if (!database.startsWith("postgres")) return { ENGINE: "django.db.backends.sqlite3", NAME: database };
  const { pathname, hostname, port, username, password, searchParams } = new URL(database);
  return {
    ENGINE: "django.db.backends.postgresql",
    NAME: pathname.slice(1),
    HOST: searchParams.get("host") ?? decodeURIComponent(hostname),
    PORT: port,
    USER: decodeURIComponent(username),
    PASSWORD: decodeURIComponent(password),
  };
}
