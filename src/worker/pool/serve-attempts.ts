import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { ClaimedRun } from "../../run/run-store.ts";
import type { TaskRegistry } from "../../task/registry.ts";
import { builtInTasks } from "../built-in-tasks.ts";
import { captureConsole } from "../console-capture.ts";
import { Execution, type ExecutorParts } from "../executor.ts";
import { type LogLevel, RunLog } from "../run-log.ts";
import { watchStrayErrors } from "../stray-errors.ts";
import type { FromChild, ToChild } from "./child-message.ts";

/** The worker, as a child has it. */
export interface WorkerChannel {
  send(message: FromChild): void;
  onMessage(heard: (message: ToChild) => void): void;
  memoryBytes(): number;
}

export interface ServedParts extends Omit<ExecutorParts, "output" | "isGuarded"> {
  readonly registry: TaskRegistry;
  readonly logger: Logger;
}

/** Lines that come close together are told together. */
const LINES_WITHIN_MS = 10;

/** What a pool's child does: makes the attempts that it is given, one after the other, and tells its worker what comes of them. */
export function serveAttempts(channel: WorkerChannel, parts: ServedParts): void {
  const { registry, logger, clock } = parts;
  const builtIns = builtInTasks(registry, parts.secrets);
  let current: Execution | undefined;
  let isSpoilt = false;
  const lines = new LineSender(channel, clock);
  const executor: ExecutorParts = {
    ...parts,
    isGuarded: true,
    output: {
      open: (run) =>
        new RunLog(run, {
          clock,
          // They are kept where they are heard.
          changed: (log) => void log.take(),
          echo: (_log, level, line) => lines.add(level, line),
        }),
      progress: (_claim, progress) => channel.send({ kind: "progress", progress }),
    },
  };

  captureConsole();
  watchStrayErrors(logger, (log, error) => {
    if (current?.log === log) current.threw(error);
  });
  // Without a listener of its own the process would end, and nobody would learn why.
  process.on("uncaughtException", (error) => {
    isSpoilt = true;
    current?.threw(error);
  });
  process.on("exit", () => lines.flush());

  async function execute(run: ClaimedRun): Promise<void> {
    const task = registry.find(run.task) ?? builtIns.get(run.task);
    // The worker has loaded other files than this child.
    if (task === undefined) throw new Error(`task '${run.task}' is not known in this child`);
    const execution = new Execution(run, task, executor);
    current = execution;
    const outcome = await execution.outcome();
    current = undefined;
    lines.flush();
    const { children } = execution;
    channel.send({ kind: "ended", outcome, children, memoryBytes: channel.memoryBytes(), isSpoilt });
  }

  channel.onMessage((message) => {
    if (message.kind === "stop") current?.stop(message.reason);
    else void execute(message.run);
  });
  channel.send({ kind: "ready" });
}

class LineSender {
  readonly #channel: WorkerChannel;
  readonly #clock: Clock;
  #level: LogLevel = "INFO";
  #lines: string[] = [];
  #sentAt = Number.NEGATIVE_INFINITY;
  #isScheduled = false;

  constructor(channel: WorkerChannel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
  }

  add(level: LogLevel, line: string): void {
    if (level !== this.#level) this.flush();
    this.#level = level;
    this.#lines.push(line);
    // At once where the last is a while ago: the task may block everything from now on.
    if (this.#clock.monotonic() - this.#sentAt > LINES_WITHIN_MS) this.flush();
    if (this.#lines.length === 0 || this.#isScheduled) return;
    this.#isScheduled = true;
    this.#clock.after(LINES_WITHIN_MS, () => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    const lines = this.#lines;
    this.#lines = [];
    this.#sentAt = this.#clock.monotonic();
    this.#channel.send({ kind: "wrote", level: this.#level, lines });
  }
}
