import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { celeryOrReason } from "../../scripts/celery.mjs";
import { eventually } from "./eventually.ts";

const own = fileURLToPath(new URL("celery", import.meta.url));

const found = await celeryOrReason();

/** On somebody's own machine the other tests still tell something; where the run decides about a change, all of them must. */
export const isCeleryNeeded = found.python !== undefined || process.env.CI === "true";

/** Another project than that of the tests: the folder of its `tasks.py`, which has settings of its own. */
export interface CeleryFolder {
  readonly folder: string;
}

/** Where the project of the tests finds its broker and its results, in Celery's own words. */
export interface CeleryOptions {
  /** `redis://…` or `amqp://…`. */
  readonly broker: string;
  /** `redis://…`, `rpc://` or `django-db`. */
  readonly results: string;
  /** The folder in which its tasks write down that they were executed. */
  readonly notes: string;
  /** The database of `django-db`. */
  readonly django?: string;
  /** More settings of Celery. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What Python raised, as its last line and its parts tell it. */
export class PythonError extends Error {
  override readonly name = "PythonError";
  readonly type: string;
  readonly module: string;
  readonly args: readonly unknown[];

  constructor(error: { type: string; module: string; args: readonly unknown[]; text: string; traceback: string }) {
    super(`${error.type}: ${error.text}`, { cause: error.traceback });
    this.type = error.type;
    this.module = error.module;
    this.args = error.args;
  }
}

/** A Celery project of the tests: `test/support/celery`. Its routes send `app.*` to the queue `hyoshi` and `py.*` to `python`. */
export class CeleryProject {
  readonly #env: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #running = new Set<CeleryProcess>();

  constructor(options: CeleryOptions | CeleryFolder) {
    this.#folder = "folder" in options ? options.folder : own;
    this.#env = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CELERY|DJANGO)/.test(name))),
      PYTHONUNBUFFERED: "1",
      PYTHONDONTWRITEBYTECODE: "1",
      ...("folder" in options ? {} : environmentOf(options)),
    };
  }

  /** Starts a worker, whose node is `<name>@interop`, and waits until it is ready. */
  async worker({
    name = "py",
    queues = ["python"],
    concurrency = 2,
    args = [],
  }: {
    readonly name?: string;
    readonly queues?: readonly string[];
    readonly concurrency?: number;
    readonly args?: readonly string[];
  } = {}): Promise<CeleryProcess> {
    const worker = this.#spawn([
      ...["-m", "celery", "-A", "tasks", "worker", "-E", "-l", "INFO", "-n", `${name}@interop`],
      ...["-Q", queues.join(","), "-c", String(concurrency), ...args],
    ]);
    await worker.says(" ready.");
    return worker;
  }

  /** A Python program that imports the project, for code that a test gives it. */
  async client(): Promise<CeleryClient> {
    const client = new CeleryClient(this.#spawn(["client.py"], "driven"));
    await client.ready;
    return client;
  }

  /** Runs `celery -A tasks …` to its end, whatever its exit code is. */
  async command(...args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const command = this.#spawn(["-m", "celery", "-A", "tasks", ...args]);
    const code = await command.gone;
    return { code, stdout: command.stdout, stderr: command.stderr };
  }

  /** Makes the tables of `django-db`, before anybody uses them. */
  async migrate(): Promise<void> {
    const migration = this.#spawn(["-c", "import project"], "alone", { INTEROP_MIGRATE: "1" });
    if ((await migration.gone) !== 0) throw new Error(migration.stderr);
  }

  /** Starts `celery -A tasks …` and lets it run. */
  start(...args: readonly string[]): CeleryProcess {
    return this.#spawn(["-m", "celery", "-A", "tasks", ...args]);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running].map((one) => one.end("SIGKILL")));
  }

  #spawn(args: readonly string[], how: "alone" | "driven" = "alone", more: NodeJS.ProcessEnv = {}): CeleryProcess {
    if (found.python === undefined) throw new Error(found.reason);
    const child = spawn(found.python, args, {
      cwd: this.#folder,
      env: { ...this.#env, ...more },
      stdio: [how === "driven" ? "pipe" : "ignore", "pipe", "pipe"],
      // A group of its own: a prefork worker that is killed leaves its children, which would go on.
      detached: true,
    });
    const running = new CeleryProcess(child, () => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }
}

function environmentOf({ broker, results, notes, django, settings = {} }: CeleryOptions): NodeJS.ProcessEnv {
  const conf = {
    broker_url: broker,
    result_backend: results,
    result_extended: true,
    task_routes: { "app.*": { queue: "hyoshi" }, "py.*": { queue: "python" } },
    ...settings,
  };
  return {
    CELERY_SETTINGS: JSON.stringify(conf),
    INTEROP_NOTES: notes,
    ...(django === undefined ? {} : { INTEROP_DJANGO: django }),
  };
}

export class CeleryProcess {
  readonly child: ChildProcess;
  readonly gone: Promise<number | null>;
  stdout = "";
  stderr = "";

  constructor(child: ChildProcess, left: () => void) {
    this.child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.gone = once(child, "close").then(([code]) => {
      left();
      return code as number | null;
    });
  }

  get isGone(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  output(): string {
    return this.stdout + this.stderr;
  }

  /** Resolves when its output holds the text; fails, with the output, after a minute or when it ends before. */
  async says(text: string): Promise<void> {
    await eventually(
      () => {
        if (this.output().includes(text)) return true;
        if (this.isGone) throw new Error(`it ended before it said '${text}':\n${this.output()}`);
        return false;
      },
      { within: 60_000, what: () => `Celery to say '${text}':\n${this.output()}` },
    );
  }

  /** Sends the signal, SIGKILL to its children as well, and waits until it is gone. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (!this.isGone && this.child.pid !== undefined) {
      try {
        process.kill(signal === "SIGKILL" ? -this.child.pid : this.child.pid, signal);
      } catch {
        // It ended by itself meanwhile.
      }
    }
    return this.gone;
  }
}

interface Answer {
  readonly ready?: string;
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: ConstructorParameters<typeof PythonError>[0];
}

/** Executes Python, line after line, with the names of test/support/celery/client.py. */
export class CeleryClient {
  /** Resolves with Celery's version. */
  readonly ready: Promise<string>;
  readonly #process: CeleryProcess;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #asked = 0;

  constructor(process: CeleryProcess) {
    this.#process = process;
    const { child } = process;
    // What is asked of one that has ended is answered by its end.
    child.stdin?.on("error", () => {});
    this.ready = new Promise((resolve, reject) => {
      if (!child.stdout) throw new Error("the client has no output");
      createInterface({ input: child.stdout }).on("line", (line) => {
        const answer = JSON.parse(line) as Answer;
        if (answer.ready !== undefined) resolve(answer.ready);
        if (answer.id !== undefined) this.#settle(answer.id, answer);
      });
      void process.gone.then(() => {
        const error = new Error(`the Python client ended:\n${process.stderr}`);
        reject(error);
        for (const { reject } of this.#waiting.values()) reject(error);
      });
    });
  }

  /** Executes the code and answers the value of its last expression. What it raises is thrown as a {@link PythonError}. */
  run<T = unknown>(code: string): Promise<T> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (value) => resolve(value as T), reject });
      this.#process.child.stdin?.write(`${JSON.stringify({ id, code })}\n`);
    });
  }

  /** What the code raises. */
  async raised(code: string): Promise<PythonError> {
    try {
      const value = await this.run(code);
      throw new Error(`expected Python to raise, it answered ${JSON.stringify(value)}`);
    } catch (error) {
      if (error instanceof PythonError) return error;
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#process.child.stdin?.end();
    await this.#process.gone;
  }

  #settle(id: number, { value, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new PythonError(error));
    else waiting?.resolve(value);
  }
}
