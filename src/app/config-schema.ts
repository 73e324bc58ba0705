import { z } from "zod";
import { HOOKS, type Hooks } from "../task/hooks.ts";
import { poolKinds } from "../task/pool-options.ts";
import type { ShellTaskSettings } from "../worker/shell/shell-settings.ts";
import type { HyoshiConfig } from "./config.ts";

const DAY_MS = 86_400_000;

/** What a setting accepts, in words; the one place where an error's "expected …" comes from. */
const accepts = (accepted: string) => ({ accepted });

const wholeNumber = (min: number, max: number, unit = "") =>
  z
    .number()
    .int()
    .min(min)
    .max(max)
    .meta(accepts(`a whole number from ${min.toLocaleString("en")} to ${max.toLocaleString("en")}${unit}`));

const name = (what: string) =>
  z
    .string()
    .min(1)
    .max(200)
    .regex(/^\S+$/u)
    .meta(accepts(`${what} of 1 to 200 characters without spaces`));

const days = (byDefault: number) => wholeNumber(1, 36_500, " (days)").default(byDefault);

// Not a schema of an object: that would copy the module.
const importedModule = z.custom<object>((value) => typeof value === "object" && value !== null);

const appModules = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/)
      .meta(accepts("the app's name: letters, digits, '_' and '-', not beginning with a digit")),
    tasks: importedModule.optional(),
    models: importedModule.optional(),
    admin: importedModule.optional(),
    periodicTasks: importedModule.optional(),
    migrations: z.record(z.string(), importedModule).optional(),
  })
  .meta(accepts("a folder's path, or imported modules: {name, tasks, models, admin, periodicTasks, migrations}"));

function isBounds(value: unknown): boolean {
  const { min, max, ...others } = (value ?? {}) as { min?: unknown; max?: unknown };
  const isCount = (count: unknown) => Number.isInteger(count) && Number(count) >= 1 && Number(count) <= 1000;
  return Object.keys(others).length === 0 && isCount(min) && isCount(max) && Number(min) <= Number(max);
}

const areHooks = (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(value).every(
    ([key, hook]) => (HOOKS as readonly string[]).includes(key) && (hook === undefined || typeof hook === "function"),
  );

/**
 * Every setting with its default and what it accepts. What depends on where the file lies (the project's name, paths,
 * addresses) is completed when it is resolved.
 */
export const configSchema = z
  .strictObject({
    apps: z
      .array(
        z
          .union([z.string().min(1), appModules])
          .meta(
            accepts("a folder's path, or imported modules: {name, tasks, models, admin, periodicTasks, migrations}"),
          ),
      )
      .meta(accepts("a list of the apps' folders, such as ['tapp_a']")),
    projectName: z.string().min(1).max(100).meta(accepts("a text of 1 to 100 characters")).optional(),
    timeZone: z.string().meta(accepts("an IANA time zone name, such as 'Asia/Tokyo'")).default("UTC"),
    database: z
      .string()
      .meta(accepts("an address, such as 'sqlite:hyoshi.sqlite' or 'postgres://USER:PASSWORD@HOST/DATABASE'"))
      .default("sqlite:hyoshi.sqlite"),
    broker: z
      .string()
      .meta(
        accepts(
          "'database', or an address: redis://HOST:6379/0, rediss://…, redis+socket:///PATH, amqp://USER:PASSWORD@HOST:5672/VHOST, amqps://…",
        ),
      )
      .default("database"),
    brokerOptions: z
      .strictObject({
        keyPrefix: z.string().max(100).meta(accepts("a text of at most 100 characters")).default(""),
        visibilityTimeoutMs: wholeNumber(1_000, 7 * DAY_MS, " (milliseconds)").default(3_600_000),
        maxPriority: wholeNumber(1, 255).optional(),
        queueType: z.enum(["classic", "quorum"]).meta(accepts("'classic' or 'quorum'")).default("classic"),
        connectTimeoutMs: wholeNumber(100, 600_000, " (milliseconds)").default(10_000),
      })
      .meta(accepts("an object of the broker's settings"))
      .prefault({}),
    results: z
      .string()
      .meta(accepts("'none', 'rpc', 'django', or an address of Redis such as redis://HOST:6379/1"))
      .optional(),
    resultOptions: z
      .strictObject({
        keyPrefix: z.string().max(100).meta(accepts("a text of at most 100 characters")).default(""),
        expiresMs: wholeNumber(0, 400 * DAY_MS, " (milliseconds)").default(DAY_MS),
        extended: z.boolean().meta(accepts("true or false")).default(false),
        trackStarted: z.boolean().meta(accepts("true or false")).default(false),
      })
      .meta(accepts("an object of the results' settings"))
      .prefault({}),
    celery: z
      .strictObject({
        events: z.boolean().meta(accepts("true or false")).default(true),
        observe: z.boolean().meta(accepts("true or false")).default(true),
      })
      .meta(accepts("an object of the settings for Celery's processes"))
      .prefault({}),
    secretKey: z.string().min(16).max(1000).meta(accepts("a text of 16 to 1,000 characters")).optional(),
    queues: z.array(name("a queue's name")).min(1).meta(accepts("a list of at least one queue's name")).optional(),
    defaultQueue: name("a queue's name").default("default"),
    routes: z
      .array(
        z
          .strictObject({
            task: z
              .union([name("a task's name"), z.instanceof(RegExp)])
              .meta(accepts("a task's name, a pattern such as 'tapp_a.*', or a regular expression")),
            queue: name("a queue's name"),
          })
          .meta(accepts("an object of 'task' and 'queue'")),
      )
      .meta(accepts("a list of objects such as { task: 'tapp_a.*', queue: 'slow' }"))
      .default([]),
    durability: z.enum(["process", "power"]).meta(accepts("'process' or 'power'")).default("process"),
    worker: z
      .strictObject({
        concurrency: wholeNumber(1, 1000).optional(),
        pool: z.enum(poolKinds).meta(accepts("'loop', 'threads' or 'processes'")).default("loop"),
        autoscale: z
          .custom<{ readonly min: number; readonly max: number }>(isBounds)
          .meta(accepts("an object of whole numbers from 1 to 1,000, 'min' and a 'max' that is not less"))
          .optional(),
        maxRunsPerChild: wholeNumber(1, 1_000_000_000).optional(),
        maxMemoryMb: wholeNumber(16, 1_000_000, " (MB)").optional(),
        softShutdownMs: wholeNumber(0, DAY_MS, " (milliseconds)").default(5_000),
        graceMs: wholeNumber(0, DAY_MS, " (milliseconds)").default(30_000),
      })
      .meta(accepts("an object of the worker's settings"))
      .prefault({}),
    admin: z
      .strictObject({
        host: z.string().min(1).max(253).meta(accepts("an address or a name of this machine")).default("127.0.0.1"),
        port: wholeNumber(0, 65_535).default(8000),
        allowedHosts: z
          .array(
            z
              .string()
              .regex(/^(\*|(\*\.)?[^\s:/*]+|\[[0-9a-f:.]+\])$/i)
              .meta(accepts("a host's name or address without scheme and port, '*.example.com', or '*'")),
          )
          .meta(accepts("a list of hosts' names"))
          .optional(),
        trustedProxies: z
          .array(
            z
              .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])
              .meta(accepts("an IP address, or a network such as '10.0.0.0/8'")),
          )
          .meta(accepts("a list of addresses"))
          .default([]),
        basePath: z
          .string()
          .regex(/^\/([\w.~-]+(\/[\w.~-]+)*)?$/)
          .meta(accepts("a path that begins with '/' and does not end with one, such as '/cron'"))
          .default("/"),
        sessionIdleMs: wholeNumber(60_000, 400 * DAY_MS, " (milliseconds)").default(DAY_MS / 2),
        sessionLongestMs: wholeNumber(60_000, 400 * DAY_MS, " (milliseconds)").default(14 * DAY_MS),
        secureCookies: z.enum(["auto", "always"]).meta(accepts("'auto' or 'always'")).default("auto"),
      })
      .meta(accepts("an object of the admin's settings"))
      .prefault({}),
    retention: z
      .strictObject({
        runsDays: days(30),
        failuresDays: days(90),
        ledgerDays: days(400),
        changesDays: days(400),
        lastRuns: wholeNumber(0, 100_000).default(100),
      })
      .meta(accepts("an object of the retention's settings"))
      .prefault({}),
    shell: z
      .strictObject({
        commands: z.boolean().meta(accepts("true or false")).default(true),
        tasks: z
          .record(
            name("a task's name"),
            z
              .custom<ShellTaskSettings>((value) => typeof value === "object" && value !== null)
              .meta(accepts("an object with a command")),
          )
          .meta(accepts("an object of commands by their tasks' names"))
          .default({}),
        folders: z.array(z.string().min(1)).min(1).meta(accepts("a list of at least one folder's path")).optional(),
        users: z.array(name("a user's name")).meta(accepts("a list of users' names")).default([]),
        passEnvironment: z
          .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/))
          .meta(accepts("a list of variables' names"))
          .default([]),
        onLost: z.enum(["fail", "retry"]).meta(accepts("'fail' or 'retry'")).default("fail"),
      })
      .meta(accepts("an object of the shell tasks' settings"))
      .optional(),
    logLevel: z
      .enum(["debug", "info", "warn", "error"])
      .meta(accepts("'debug', 'info', 'warn' or 'error'"))
      .default("info"),
    hooks: z
      .custom<Hooks>(areHooks)
      .meta(accepts(`an object of functions with these names: ${HOOKS.join(", ")}`))
      .optional(),
    openTelemetry: z.boolean().meta(accepts("true or false")).default(false),
    seed: z
      .custom<NonNullable<HyoshiConfig["seed"]>>((value) => typeof value === "function")
      .meta(accepts("a function"))
      .optional(),
  })
  .meta(accepts("an object of settings, as defineConfig takes it"));

export type CheckedConfig = z.output<typeof configSchema>;
