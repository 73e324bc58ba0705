import type { Hooks } from "../task/hooks.ts";
import type { PoolKind } from "../task/pool-options.ts";
import type { ShellTaskSettings } from "../worker/shell/shell-settings.ts";
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
   * What carries runs to the workers: the database, by that word or by its own address; or a server that carries Celery's messages, which Python workers
   * and clients can share: Redis (`redis://HOST:6379/0`, `rediss://` with TLS, `redis+socket:///PATH`, `unix:///PATH`), which needs the package
   * `@redis/client` in the project, or RabbitMQ (`amqp://USER:PASSWORD@HOST:5672/VHOST`, `amqps://` with TLS), which needs `amqplib`. Whichever it is, the
   * database keeps the runs. Default: `"database"`. Environment: `BROKER_URL`.
   */
  readonly broker?: string;
  readonly brokerOptions?: BrokerOptions;
  /**
   * Where Celery's clients find results, besides the run's record in the database: `"none"`, an address of Redis, `"rpc"` (a message to the client, over the
   * broker), or `"django"` (the tables of django-celery-results in hyoshi's database). Default: the broker's own Redis, `rpc` on RabbitMQ, and none where the
   * database is the broker. Environment: `RESULT_BACKEND_URL`.
   */
  readonly results?: string;
  readonly resultOptions?: ResultOptions;
  /** Beside Celery's own processes, on a broker that these can share. */
  readonly celery?: CelerySettings;
  /**
   * Signs what hyoshi's own processes say in messages beyond Celery's words; whoever can write to the broker and does not have it is taken for a client of
   * another kind. Default: a key that is made once and kept in the database. Environment: `HYOSHI_SECRET_KEY`.
   */
  readonly secretKey?: string;
  /**
   * The queues that there are beside those that tasks name; a worker serves all of them unless told otherwise. Default: the
   * default queue alone.
   */
  readonly queues?: readonly string[];
  /** The queue of tasks that name none. Default: `"default"`. */
  readonly defaultQueue?: string;
  /**
   * Queues by the names of tasks: each `task` is a name, a pattern with `*` for any characters and `?` for one, or a regular expression, and the first that fits counts. What a
   * send, a periodic task or the task itself names goes before; the default queue comes last. Default: none.
   */
  readonly routes?: readonly { readonly task: string | RegExp; readonly queue: string }[];
  /**
   * What a commit to SQLite survives. `"process"`: the death of any process; a power cut may lose about the last two seconds.
   * `"power"`: a power cut too, at the cost of waiting for the disk at each commit. On PostgreSQL its server decides. Default:
   * `"process"`.
   */
  readonly durability?: "process" | "power";
  readonly worker?: WorkerSettings;
  readonly admin?: AdminSettings;
  readonly retention?: RetentionSettings;
  readonly shell?: ShellSettings;
  /** The least severe log lines that are written. Default: `"info"`. Environment: `HYOSHI_LOG_LEVEL`. */
  readonly logLevel?: "debug" | "info" | "warn" | "error";
  /**
   * Functions that are told what is sent, what becomes of runs and that workers begin and stop: `beforeSend`, `afterSend`, `runStarted`, `runSucceeded`,
   * `runFailed`, `runRetried`, `runCancelled`, `runDropped`, `workerReady`, `workerStopping`. What one throws is written to the log, and nothing else comes of it. Default: none.
   */
  readonly hooks?: Hooks;
  /**
   * Whether sends and attempts are spans of OpenTelemetry, and runs carry its context in their headers; it needs the package `@opentelemetry/api` in the project, and
   * an SDK that the project starts itself. Default: false.
   */
  readonly openTelemetry?: boolean;
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

export interface BrokerOptions {
  /** Redis: stands before every key and channel, as Celery's `global_keyprefix`. Default: `""`. */
  readonly keyPrefix?: string;
  /**
   * Redis: Celery's `visibility_timeout`, in ms, which must be the same everywhere: what a Python worker holds for longer is handed to another one. What
   * hyoshi's workers hold they renew. Default: 3,600,000.
   */
  readonly visibilityTimeoutMs?: number;
  /** RabbitMQ: `x-max-priority` of the queues, as Celery's `task_queue_max_priority`; without it there are no priorities. Default: none. */
  readonly maxPriority?: number;
  /** RabbitMQ: the type of the queues, as Celery's `task_default_queue_type`. Default: `"classic"`. */
  readonly queueType?: "classic" | "quorum";
  /** How long a connection is waited for before a call fails, in ms; it is tried again for ever. Default: 10,000. */
  readonly connectTimeoutMs?: number;
}

export interface ResultOptions {
  /** Redis: stands before every key, as `global_keyprefix` of Celery's result backend. Default: `""`. */
  readonly keyPrefix?: string;
  /** Redis: how long a result is kept, in ms, as Celery's `result_expires`; 0 for ever. Default: 86,400,000. */
  readonly expiresMs?: number;
  /** Whether name, arguments and worker are stored with the result, as Celery's `result_extended`. Default: false. */
  readonly extended?: boolean;
  /** Whether clients see that a run has begun (`STARTED`), as with Celery's `task_track_started`. Default: false. */
  readonly trackStarted?: boolean;
}

export interface CelerySettings {
  /** Whether workers send Celery's task events, so that Flower and `celery events` show their runs. Default: true. */
  readonly events?: boolean;
  /** Whether the events of Python workers are heard, so that the admin shows their runs. Default: true. */
  readonly observe?: boolean;
}

export interface WorkerSettings {
  /** How many runs one worker executes at a time. Default: 10 in the loop; in the other pools as many as the machine has processors. */
  readonly concurrency?: number;
  /**
   * Where a worker executes tasks that do not name a pool themselves. `"loop"`: in its event loop, many at once. `"threads"`: one at a time in each of its threads.
   * `"processes"`: one at a time in each of its child processes, where a crash or a hard limit costs nothing else. Default: `"loop"`.
   */
  readonly pool?: PoolKind;
  /** Bounds between which a worker makes its concurrency larger while runs wait, and smaller when it has been idle for half a minute. Default: none, it stays as it is. */
  readonly autoscale?: { readonly min: number; readonly max: number };
  /** A child of a pool is replaced after so many runs; a worker that executes in its loop is replaced itself. Default: never. */
  readonly maxRunsPerChild?: number;
  /** A child that has more memory than this when a run has ended, in MB, is replaced; a worker that executes in its loop is replaced itself. Default: never. */
  readonly maxMemoryMb?: number;
  /** How long a soft shutdown (SIGQUIT) lets runs finish, in ms; what is left is handed back. Default: 5,000. */
  readonly softShutdownMs?: number;
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

/** Tasks that run commands of the worker's machine. Without this group there are none. */
export interface ShellSettings {
  /**
   * Whether there is the task `hyoshi.shell`, whose input is the command: whoever holds the permission `shell-tasks.run` may run anything that the worker's
   * user may. Default: `true`.
   */
  readonly commands?: boolean;
  /**
   * Commands with names of their own, by these: an object of the task's options and `command`, `input`, `stdin`, `cwd`, `user`, `env`, `successCodes` and
   * `leftover`. Default: none.
   */
  readonly tasks?: Readonly<Record<string, ShellTaskSettings>>;
  /** Folders in which, and below which, commands of `hyoshi.shell` may work; relative to the settings' file. Default: any. */
  readonly folders?: readonly string[];
  /** Whose processes commands of `hyoshi.shell` may be besides the worker's user; for workers that run as root. Default: none. */
  readonly users?: readonly string[];
  /**
   * Names of variables of the worker's environment that commands are given besides PATH, HOME, USER, LOGNAME, SHELL, LANG, LANGUAGE, LC_…, TZ and TMPDIR. The
   * rest, with the addresses and keys in it, is the worker's own. Default: none.
   */
  readonly passEnvironment?: readonly string[];
  /**
   * What happens when the worker dies while it runs a command, where the task does not say: the command is ended, and its run is `lost` (`"fail"`), or begun
   * again (`"retry"`). Default: `"fail"`.
   */
  readonly onLost?: "fail" | "retry";
}

/** Types and checks the settings of a project in the editor; hands them back as they are. */
export function defineConfig(config: HyoshiConfig): HyoshiConfig {
  return config;
}
