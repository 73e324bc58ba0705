import { describe, expect, test } from "vitest";
import { defineConfig } from "./config.ts";
import { checkConfig } from "./config-check.ts";

const surroundings = {
  env: {},
  file: "/srv/tm/hyoshi.config.ts",
  workingFolder: "/srv/tm/tapp_a",
  isFolder: (path: string) => ["/srv/tm/tapp_a", "/srv/tm/tapp_b"].includes(path),
};
const check = (options: unknown, env: Record<string, string> = {}) => checkConfig(options, { ...surroundings, env });
const errorsOf = (options: unknown, env: Record<string, string> = {}) =>
  check(options, env)
    .problems.filter(({ severity }) => severity === "error")
    .map(({ text }) => text);
const warningsOf = (options: unknown) =>
  check(options)
    .problems.filter(({ severity }) => severity === "warning")
    .map(({ setting }) => setting);

describe("defaults", () => {
  test("apps alone are enough", () => {
    const { config, problems } = check(defineConfig({ apps: ["tapp_a", "./tapp_b/"] }));
    expect(problems).toEqual([]);
    expect(config).toEqual({
      file: "/srv/tm/hyoshi.config.ts",
      folder: "/srv/tm",
      dataFolder: "/srv/tm",
      apps: [
        { name: "tapp_a", folder: "/srv/tm/tapp_a" },
        { name: "tapp_b", folder: "/srv/tm/tapp_b" },
      ],
      projectName: "tm",
      timeZone: "UTC",
      database: { kind: "sqlite", file: "/srv/tm/hyoshi.sqlite" },
      broker: { kind: "database" },
      brokerOptions: {
        keyPrefix: "",
        visibilityTimeoutMs: 3_600_000,
        maxPriority: null,
        queueType: "classic",
        connectTimeoutMs: 10_000,
      },
      results: { kind: "none" },
      resultOptions: { keyPrefix: "", expiresMs: 86_400_000, extended: false, trackStarted: false },
      celery: { events: true, observe: true },
      secretKey: null,
      queues: ["default"],
      defaultQueue: "default",
      routes: [],
      durability: "process",
      worker: {
        concurrency: 10,
        pool: "loop",
        autoscale: null,
        maxRunsPerChild: null,
        maxMemoryMb: null,
        graceMs: 30_000,
        softShutdownMs: 5_000,
      },
      admin: {
        host: "127.0.0.1",
        port: 8000,
        allowedHosts: ["localhost", "127.0.0.1", "[::1]"],
        trustedProxies: [],
        basePath: "/",
        sessionIdleMs: 43_200_000,
        sessionLongestMs: 1_209_600_000,
        secureCookies: "auto",
      },
      retention: { runsDays: 30, failuresDays: 90, ledgerDays: 400, changesDays: 400, lastRuns: 100 },
      shell: null,
      logLevel: "info",
      hooks: null,
      openTelemetry: false,
      seed: null,
    });
  });

  test("the settings in force cannot be changed, while imported modules stay the program's own", () => {
    const tasks = { hello: {} };
    const { config } = check({ apps: [{ name: "tapp_a", tasks }] });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config?.admin)).toBe(true);
    expect(Object.isFrozen(tasks)).toBe(false);
    expect(config?.apps[0]).toEqual({ name: "tapp_a", tasks });
    expect(config?.apps[0]).toHaveProperty("tasks", tasks);
  });

  test("the machine's own name joins the allowed hosts", () => {
    const hosts = (host: string) => check({ apps: ["tapp_a"], admin: { host } }).config?.admin.allowedHosts;
    expect(hosts("cron.example.com")).toEqual(["localhost", "127.0.0.1", "[::1]", "cron.example.com"]);
    expect(hosts("fd00::1")).toEqual(["localhost", "127.0.0.1", "[::1]", "[fd00::1]"]);
    expect(hosts("0.0.0.0")).toEqual(["localhost", "127.0.0.1", "[::1]"]);
  });
});

describe("environment", () => {
  test("wins over the file", () => {
    const { config, problems } = check(
      { apps: ["tapp_a"], database: "sqlite:other.sqlite", admin: { port: 1, basePath: "/cron" } },
      { DATABASE_URL: "sqlite:mine.sqlite", PORT: "9000", HOST: "::1", DATA_DIR: "/data", HYOSHI_LOG_LEVEL: "debug" },
    );
    expect(problems).toEqual([]);
    expect(config?.database).toEqual({ kind: "sqlite", file: "/data/mine.sqlite" });
    expect(config?.admin).toMatchObject({ port: 9000, host: "::1", basePath: "/cron" });
    expect(config?.logLevel).toBe("debug");
  });

  test("an empty variable counts as absent", () => {
    expect(check({ apps: ["tapp_a"] }, { PORT: "", DATA_DIR: "", DATABASE_URL: "" }).config?.admin.port).toBe(8000);
  });

  test("a relative DATA_DIR is under the working folder", () => {
    expect(check({ apps: ["tapp_a"] }, { DATA_DIR: "data" }).config?.database).toEqual({
      kind: "sqlite",
      file: "/srv/tm/tapp_a/data/hyoshi.sqlite",
    });
  });

  test("a wrong value is reported by the variable's name", () => {
    expect(errorsOf({ apps: ["tapp_a"] }, { PORT: "80a" })).toEqual([
      "environment variable PORT is '80a': expected a whole number from 0 to 65,535",
    ]);
  });
});

describe("errors", () => {
  test("every mistake is reported, not only the first", () => {
    const { config, problems } = check({
      apps: ["tapp_a", 7, "tapp_c"],
      timezone: "Asia/Tokyo",
      database: "mysql://root:secret@db/tm",
      admin: { port: 99_999, hots: "x" },
      retention: { runsDays: "30" },
      queues: ["a"],
    });
    expect(config).toBeUndefined();
    expect(problems.map(({ text }) => text).sort()).toEqual([
      "setting 'admin.port' is 99999: expected a whole number from 0 to 65,535",
      "setting 'apps' has 'tapp_c', but there is no folder /srv/tm/tapp_c: make it with 'hyoshi startapp tapp_c', or correct the path",
      "setting 'apps[1]' is 7: expected a folder's path, or imported modules: {name, tasks, models, admin, periodicTasks, migrations}",
      "setting 'database': database 'mysql://root:***@db/tm' is not an address: expected sqlite:<path>, such as sqlite:hyoshi.sqlite or sqlite:///var/lib/hyoshi.sqlite, or postgres://USER:PASSWORD@HOST:5432/DATABASE, or postgres:///DATABASE?host=/var/run/postgresql",
      "setting 'defaultQueue' is 'default', which is not among the queues (a): name one of them or add it",
      "setting 'hots' in 'admin' is not known; did you mean 'host'?",
      "setting 'retention.runsDays' is '30': expected a whole number from 1 to 36,500 (days)",
      "setting 'timezone' is not known; did you mean 'timeZone'?",
    ]);
  });

  test.each([
    [{}, "setting 'apps' is missing: expected a list of the apps' folders, such as ['tapp_a']"],
    [{ apps: "tapp_a" }, "setting 'apps' is 'tapp_a': expected a list of the apps' folders, such as ['tapp_a']"],
    [
      { apps: ["tapp_a"], timeZone: "Asia/Tokio" },
      "setting 'timeZone': time zone 'Asia/Tokio' is not known: expected an IANA name such as Asia/Tokyo or UTC; did you mean Asia/Tokyo?",
    ],
    [
      { apps: ["tapp_a"], database: "postgres://u:p@db" },
      "setting 'database': database 'postgres://u:***@db' is not an address of a PostgreSQL database: expected postgres://USER:PASSWORD@HOST:5432/DATABASE, or postgres:///DATABASE?host=/var/run/postgresql",
    ],
    [
      { apps: ["tapp_a"], broker: "sqs://me:p@cache" },
      "setting 'broker': broker 'sqs://me:***@cache' is no broker that hyoshi knows: expected 'database', redis://HOST:6379/0, rediss://…, redis+socket:///PATH, unix:///PATH, amqp://USER:PASSWORD@HOST:5672/VHOST or amqps://…",
    ],
    [
      { apps: ["tapp_a"], results: "rpc" },
      "setting 'results': results 'rpc' travel over the broker, and the broker is the database: expected 'none' or 'django', or an address of Redis",
    ],
    [
      { apps: ["tapp_a", "other/tapp_a"] },
      "setting 'apps' has two apps named 'tapp_a' (/srv/tm/tapp_a and /srv/tm/other/tapp_a): rename one of them",
    ],
    [
      { apps: [{ name: "1st" }] },
      "setting 'apps[0].name' is '1st': expected the app's name: letters, digits, '_' and '-', not beginning with a digit",
    ],
    [
      { apps: ["tapp_a"], admin: { trustedProxies: ["10.0.0.0/8", "proxy"] } },
      "setting 'admin.trustedProxies[1]' is 'proxy': expected an IP address, or a network such as '10.0.0.0/8'",
    ],
    [
      { apps: ["tapp_a"], admin: { basePath: "cron/" } },
      "setting 'admin.basePath' is 'cron/': expected a path that begins with '/' and does not end with one, such as '/cron'",
    ],
    [
      { apps: ["tapp_a"], admin: { sessionIdleMs: 120_000, sessionLongestMs: 60_000 } },
      "setting 'admin.sessionIdleMs' (120000) is more than 'admin.sessionLongestMs' (60000): a session cannot be unused for longer than it lasts",
    ],
    [{ apps: ["tapp_a"], durability: "disk" }, "setting 'durability' is 'disk': expected 'process' or 'power'"],
    [{ apps: ["tapp_a"], worker: 4 }, "setting 'worker' is 4: expected an object of the worker's settings"],
    [
      { apps: ["tapp_a"], worker: { pool: "fibers" } },
      "setting 'worker.pool' is 'fibers': expected 'loop', 'threads' or 'processes'",
    ],
    [
      { apps: ["tapp_a"], worker: { autoscale: { min: 4, max: 2 } } },
      `setting 'worker.autoscale' is {"min":4,"max":2}: expected an object of whole numbers from 1 to 1,000, 'min' and a 'max' that is not less`,
    ],
    [["tapp_a"], 'the configuration is ["tapp_a"]: expected an object of settings, as defineConfig takes it'],
  ])("%j", (options, error) => {
    expect(errorsOf(options)).toEqual([error]);
  });

  test("a key like none of the known ones gets their list", () => {
    expect(errorsOf({ apps: ["tapp_a"], celery: { prefork: true } })).toEqual([
      "setting 'prefork' in 'celery' is not known: expected events, observe",
    ]);
  });
});

describe("warnings", () => {
  test.each([
    [{ apps: [] }, "apps"],
    [{ apps: ["tapp_a"], admin: { host: "0.0.0.0" } }, "admin.allowedHosts"],
    [{ apps: ["tapp_a"], admin: { host: "0.0.0.0", allowedHosts: ["*"] } }, "admin.allowedHosts"],
    [{ apps: ["tapp_a"], retention: { failuresDays: 7 } }, "retention.failuresDays"],
    [{ apps: ["tapp_a"], retention: { ledgerDays: 7 } }, "retention.ledgerDays"],
  ])("%j", (options, setting) => {
    expect(warningsOf(options)).toEqual([setting]);
    expect(check(options).config).toBeDefined();
  });
});
