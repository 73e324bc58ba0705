import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Clock, Stop } from "../base/clock.ts";
import { exitCodes } from "./exit-code.ts";

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 15_000;
/** Who has run for so long is well: its next crash starts the back-off anew. */
const WELL_AFTER_MS = 10_000;

export interface ChildRequest {
  readonly role: string;
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** A line of the child's output. */
  readonly print: (line: string) => void;
  /** What is told of the child itself. */
  readonly tell: (text: string) => void;
  /** What the child says over its channel. */
  readonly heard?: (message: unknown) => void;
}

/**
 * One service of `dev`, in a process of its own, started again when it crashes.
 *
 * *Running*: the process is there. *Backing off*: it crashed and is started again, later and later. *Waiting for a change*: its
 * configuration is wrong, and only a saved file can help. *Restarting*: it was told to end, and begins again when it has.
 * *Stopped*: it was told to end, for good.
 */
export class DevChild {
  readonly #request: ChildRequest;
  #process: ChildProcess | undefined;
  #startedAt = 0;
  #backoffMs = FIRST_BACKOFF_MS;
  #stopBackoff: Stop = () => {};
  #wanted: "running" | "restarting" | "stopped" = "running";
  #ended: () => void = () => {};

  constructor(request: ChildRequest) {
    this.#request = request;
  }

  start(): void {
    const { command, env, clock, print } = this.#request;
    const [program, ...args] = command;
    this.#stopBackoff();
    this.#wanted = "running";
    this.#startedAt = clock.monotonic();
    // Apart from the terminal's group: its Ctrl-C would reach the child as well as our signal, and a second one means quick. The
    // channel tells the child when this process is gone.
    const child = spawn(program, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.#process = child;
    child.on("message", (message) => this.#request.heard?.(message));
    for (const stream of [child.stdout, child.stderr]) if (stream) forEachLine(stream, print);
    child.on("error", (error) => this.#request.tell(`cannot be started: ${error.message}`));
    // Not "exit": the last lines of the output come before "close".
    child.on("close", (code, signal) => this.#closed(code, signal));
  }

  /** Ends it warmly and starts it again; at once where it is down. */
  restart(): void {
    if (this.#wanted === "stopped") return;
    this.#backoffMs = FIRST_BACKOFF_MS;
    if (this.#process === undefined) this.start();
    else if (this.#wanted === "running") {
      this.#wanted = "restarting";
      this.#process.kill("SIGTERM");
    }
  }

  /** Resolves when the process has ended. Called again, it tells the child to be quick. */
  stop(): Promise<void> {
    this.#wanted = "stopped";
    this.#stopBackoff();
    const child = this.#process;
    if (child === undefined) return Promise.resolve();
    const ended = new Promise<void>((resolve) => {
      const before = this.#ended;
      this.#ended = () => {
        before();
        resolve();
      };
    });
    child.kill("SIGTERM");
    return ended;
  }

  kill(): void {
    this.#process?.kill("SIGKILL");
  }

  #closed(code: number | null, signal: NodeJS.Signals | null): void {
    const { tell } = this.#request;
    this.#process = undefined;
    if (this.#wanted === "stopped") this.#ended();
    else if (this.#wanted === "restarting") this.start();
    else if (code === exitCodes.configuration) tell("is down until a file is saved");
    else this.#backOff(code, signal);
  }

  #backOff(code: number | null, signal: NodeJS.Signals | null): void {
    const { clock, tell } = this.#request;
    if (clock.monotonic() - this.#startedAt > WELL_AFTER_MS) this.#backoffMs = FIRST_BACKOFF_MS;
    const how = signal === null ? `ended with ${code}` : `was ended by ${signal}`;
    tell(`${how}; it starts again in ${this.#backoffMs / 1000} s`);
    // Every process of dev may be down at this moment, so this timer has to keep it alive.
    const alive = setInterval(() => {}, 2 ** 30);
    const stop = clock.after(this.#backoffMs, () => {
      clearInterval(alive);
      this.start();
    });
    this.#stopBackoff = () => {
      clearInterval(alive);
      stop();
    };
    this.#backoffMs = Math.min(this.#backoffMs * 2, LONGEST_BACKOFF_MS);
  }
}

function forEachLine(stream: Readable, print: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", print);
}
