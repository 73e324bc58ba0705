import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPostgresServer } from "../../support/postgres-server.ts";
import { builtMain, createTestProject, type Running, type TestProject } from "../../support/project.ts";
import { startRabbitServer } from "../../support/rabbitmq-server.ts";
import { startRedisServer } from "../../support/redis-server.ts";
import { ApiClient } from "./api-client.ts";

const exampleConfig = fileURLToPath(new URL("../../../examples/taskmanager/hyoshi.config.ts", import.meta.url));

export const adminPassword = "seven wooden clappers";

const roles = ["admin", "beat", "worker"] as const;
export type Role = (typeof roles)[number];

const brokers = { "PostgreSQL and Redis": startRedisServer, "PostgreSQL and RabbitMQ": startRabbitServer };

/** Where it keeps its data: everything in one SQLite file, or a PostgreSQL server beside a broker, with two beats and two workers, as a team that comes from Celery has them. */
export type Stack = "embedded" | keyof typeof brokers;
export const allStacks = ["embedded", ...(Object.keys(brokers) as (keyof typeof brokers)[])] as const;

export interface SiteOptions {
  /** Default: `embedded`. */
  readonly stack?: Stack;
  /** The files of a project of its own, `hyoshi.config.ts` among them; default: the example project. */
  readonly files?: Readonly<Record<string, string>>;
  /** What is started; default: all three. */
  readonly roles?: readonly Role[];
  /** More arguments of the worker's command. */
  readonly workerArgs?: readonly string[];
}

/** What says that a service is ready, in its log. */
const readyWords: Record<Role, string> = {
  admin: "the admin is at",
  beat: "beat is at work",
  worker: "worker is at work",
};

/** A project that runs as its users run it: the built command, a process per role, a database of its own. */
export class Site {
  readonly #options: SiteOptions;
  readonly #running = new Map<Role, readonly Running[]>();
  readonly #clients = new Map<string, ApiClient>();
  #project: TestProject | undefined;
  #servers: readonly { readonly url: string; stop(): Promise<void> }[] = [];
  #port = 0;

  constructor(options: SiteOptions = {}) {
    this.#options = options;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get databaseFile(): string {
    return this.#opened().databaseFile;
  }

  /** Makes and migrates the database, with the superuser `admin`, and starts the services. */
  async open(): Promise<void> {
    this.#project = createTestProject(this.#options.files ?? {}, { main: builtMain });
    this.#port = await freePort();
    const { stack = "embedded" } = this.#options;
    if (stack !== "embedded") this.#servers = await Promise.all([startPostgresServer(), brokers[stack]()]);
    await this.run("migrate");
    await this.run("createsuperuser", "--username", "admin", "--no-input");
    await this.start(...(this.#options.roles ?? roles));
  }

  /** Runs a command of the project and answers what it printed; throws where it fails. */
  async run(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#opened().run(this.#command(args), this.#environment());
    if (code !== 0) throw new Error(`hyoshi ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Starts the services and waits until they are ready. */
  async start(...wanted: Role[]): Promise<void> {
    const args: Record<Role, readonly string[]> = {
      admin: ["runserver", "--host", "127.0.0.1", "--port", String(this.#port)],
      beat: ["beat"],
      worker: ["worker", ...(this.#options.workerArgs ?? [])],
    };
    await Promise.all(
      wanted.flatMap((role) => {
        const count = role === "admin" || this.#servers.length === 0 ? 1 : 2;
        const services = Array.from({ length: count }, () =>
          this.#opened().start(this.#command(args[role]), this.#environment()),
        );
        this.#running.set(role, services);
        return services.map((service) => service.says(readyWords[role]));
      }),
    );
  }

  async stop(...unwanted: Role[]): Promise<void> {
    await Promise.all(unwanted.flatMap((role) => this.#running.get(role)?.map((service) => service.end())));
    for (const role of unwanted) this.#running.delete(role);
  }

  /** The API as this user. Each user signs in once, because attempts are limited. */
  async api(username = "admin", password = adminPassword): Promise<ApiClient> {
    const known = this.#clients.get(username);
    if (known) return known;
    const client = await ApiClient.signIn(this.url, username, password);
    this.#clients.set(username, client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) await client.close();
    this.#clients.clear();
    await this.#project?.close();
    await Promise.all(this.#servers.map((server) => server.stop()));
  }

  #opened(): TestProject {
    if (!this.#project) throw new Error("the site was not opened");
    return this.#project;
  }

  #command(args: readonly string[]): readonly string[] {
    return this.#options.files ? args : [...args, "--config", exampleConfig];
  }

  #environment(): Record<string, string> {
    const [database, broker] = this.#servers;
    return {
      DATA_DIR: join(this.#opened().folder),
      HYOSHI_ADMIN_PASSWORD: adminPassword,
      ...(database && broker ? { DATABASE_URL: database.url, BROKER_URL: broker.url } : {}),
    };
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}
