import type { SeedContext } from "./seed.ts";

/**
 * The settings of a project: what `hyoshi.config.ts` exports by default.
 *
 * Everything has a default but `apps`. An environment variable named here wins over the file, so that one file serves
 * every machine. Relative paths are relative to the file's folder.
 */
export interface HyoshiConfig {
  /**
   * The apps: folders, each holding a `tasks.ts` and maybe `models.ts`, `migrations/` and `admin.ts`; or, for a bundled
   * program, modules that are already imported.
   */
  readonly apps: readonly (string | AppModules)[];
  /** What the admin calls the project. Default: the name of the file's folder. */
  readonly projectName?: string;
  /**
   * The IANA time zone of schedules that name none of their own, and of the times that commands print. Default: `"UTC"`,
   * so that a project fires at the same instants on every machine.
   */
  readonly timeZone?: string;
  /**
   * Where schedules, ledger, runs, logs and users are kept: `sqlite:<path>`, a relative path being under the data folder
   * (`DATA_DIR`, else the file's folder), or a PostgreSQL database, `postgres://USER:PASSWORD@HOST:5432/DATABASE` with the query
   * options of its own clients (`sslmode`, `host` for a socket's folder), which needs the package `pg` in the project. Default:
   * `"sqlite:hyoshi.sqlite"`. Environment: `DATABASE_URL`.
   */
  readonly database?: string;
  /**
   * What carries runs to the workers: in this release the database alone, by that word or by its own address. Default: `"database"`.
   * Environment: `BROKER_URL`.
   */
  readonly broker?: string;
  /**
   * The queues that there are beside those that tasks name; a worker serves all of them unless told otherwise. Default: the
   * default queue alone.
   */
  readonly queues?: readonly string[];
  /** The queue of tasks that name none. Default: `"default"`. */
  readonly defaultQueue?: string;
  /**
   * What a commit to SQLite survives. `"process"`: the death of any process; a power cut may lose about the last two seconds.
   * `"power"`: a power cut too, at the cost of waiting for the disk at each commit. On PostgreSQL its server decides. Default:
   * `"process"`.
   */
  readonly durability?: "process" | "power";
  readonly worker?: WorkerSettings;
  readonly admin?: AdminSettings;
  readonly retention?: RetentionSettings;
  /** The least severe log lines that are written. Default: `"info"`. Environment: `HYOSHI_LOG_LEVEL`. */
  readonly logLevel?: "debug" | "info" | "warn" | "error";
  /**
   * Puts the first periodic tasks and records in. `hyoshi migrate` calls it when it has brought the tables up to date and
   * no periodic task was ever made; so it runs once, and again only if it failed before it made any.
   */
  readonly seed?: (seed: SeedContext) => Promise<void> | void;
}

/** An app whose modules the program imports itself, so that a bundler sees them. */
export interface AppModules {
  /** The app's name, as a folder would give it. */
  readonly name: string;
  readonly tasks?: object;
  readonly models?: object;
  readonly admin?: object;
  /** Exports the list `periodicTasks`, as `tasks` may too. */
  readonly periodicTasks?: object;
  /** By name, such as `0001-create-counters`. */
  readonly migrations?: Readonly<Record<string, object>>;
}

export interface WorkerSettings {
  /** How many runs one worker executes at a time. Default: 10. */
  readonly concurrency?: number;
  /** How long a worker that was told to stop lets its runs finish, in ms; what is left is handed back. Default: 30,000. */
  readonly graceMs?: number;
}

export interface AdminSettings {
  /** The address to listen on. Default: `"127.0.0.1"`, this machine alone. Environment: `HOST`. */
  readonly host?: string;
  /** The port to listen on; 0 takes any free one. Default: 8000. Environment: `PORT`. */
  readonly port?: number;
  /**
   * The names by which browsers may call it (the Host header, without the port); `"*.example.com"` allows the names below
   * one, `"*"` any. Default: `localhost`, `127.0.0.1`, `[::1]`, and `host` where that is a name or one address.
   */
  readonly allowedHosts?: readonly string[];
  /** Addresses or networks (`10.0.0.0/8`) of the proxies whose X-Forwarded headers are believed. Default: none. */
  readonly trustedProxies?: readonly string[];
  /** The path below which it lives behind a proxy, such as `"/cron"`. Default: `"/"`. */
  readonly basePath?: string;
  /** A session that was not used for so long ends, in ms. Default: 12 hours. */
  readonly sessionIdleMs?: number;
  /** A session ends after so long even if it is used, in ms. Default: 14 days. */
  readonly sessionLongestMs?: number;
  /**
   * Whether the session's cookie travels over TLS alone. `"auto"`: where the request came over TLS, as a trusted proxy
   * tells. Default: `"auto"`.
   */
  readonly secureCookies?: "auto" | "always";
}

export interface RetentionSettings {
  /** Runs and their logs, in days after their end. Default: 30. */
  readonly runsDays?: number;
  /** Runs that failed, and their logs, in days after their end. Default: 90. */
  readonly failuresDays?: number;
  /** The ledger's firings, in days. Default: 400. */
  readonly ledgerDays?: number;
  /** Who changed what, in days. Default: 400. */
  readonly changesDays?: number;
  /** The last runs of each periodic task that are kept however old they are. Default: 100. */
  readonly lastRuns?: number;
}

/** Types and checks the settings of a project in the editor; hands them back as they are. */
export function defineConfig(config: HyoshiConfig): HyoshiConfig {
  return config;
}
