/**
 * `node scripts/redis.mjs`: a throwaway Redis server of its own, for tests and benchmarks. Installs Debian's package where that is possible (as root;
 * the package's own service is not started), and runs a server with a free port of this machine, a unix socket and a data folder of its own.
 *
 * Writes one line of JSON when it is ready: `{"url": …, "socketUrl": …, "pid": …}`, or `{"reason": …}` where there can be none. Reads commands from
 * its standard input, a line each, and answers each by a line: `stop` ends the server in order, `kill` as a crash would, `start` starts it again,
 * `start empty` without its data. It stops, and removes its folder, when its standard input ends: so it does when whoever started it dies.
 *
 * What it is told survives a crash of its process, not of the machine; with `--forgetful` nothing is written. `--set name=value` adds to the
 * server's configuration.
 */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { aptInstallUnstarted, canInstall } from "./apt.mjs";
import { freePort, isAlive } from "./throwaway-server.mjs";

const PREFIX = "hyoshi-redis-";
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;

/** The server's program, installed with apt where that is possible; undefined when there is none. HYOSHI_REDIS_SERVER names another one. */
export async function redisProgram() {
  const program = process.env.HYOSHI_REDIS_SERVER ?? "redis-server";
  const isThere = () => spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
  if (!isThere() && canInstall()) {
    await aptInstallUnstarted(["redis-server"], "--no-install-recommends", "redis-server");
  }
  return isThere() ? program : undefined;
}

/** Removes what servers left that were killed together with whoever watched them. */
function sweep() {
  for (const name of readdirSync(tmpdir()).filter((found) => found.startsWith(PREFIX))) {
    if (isAlive(Number(name.slice(PREFIX.length).split("-")[0]))) continue;
    const folder = join(tmpdir(), name);
    try {
      const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
      // Its number may be somebody else's by now.
      if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("redis-server")) process.kill(pid, "SIGKILL");
    } catch {
      // It was stopped, and only the folder is left.
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

class Server {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #server;
  #folder;
  #program;
  #settings;
  #port = 0;

  /** @param {string} program @param {Readonly<Record<string, string>>} settings */
  constructor(program, settings) {
    this.#program = program;
    this.#settings = settings;
    sweep();
    this.#folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  }

  get #socket() {
    return join(this.#folder, "socket");
  }

  /** @param {{ empty?: boolean }} [options] */
  async start({ empty = false } = {}) {
    this.#port ||= await freePort();
    if (empty) {
      for (const name of ["appendonlydir", "dump.rdb"]) {
        rmSync(join(this.#folder, name), { recursive: true, force: true });
      }
    }
    const settings = {
      bind: "127.0.0.1",
      port: this.#port,
      unixsocket: this.#socket,
      dir: this.#folder,
      pidfile: join(this.#folder, "pid"),
      save: "",
      ...this.#settings,
    };
    const log = openSync(join(this.#folder, "log"), "a");
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const server = spawn(this.#program, args, {
      cwd: this.#folder,
      // A group of its own: the terminal's Ctrl-C would stop it before those who still use it.
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.#server = server;
    for (const deadline = Date.now() + READY_WITHIN_MS; this.#runs && Date.now() < deadline; await sleep(20)) {
      if (await this.#answers()) {
        return {
          url: `redis://127.0.0.1:${this.#port}/0`,
          socketUrl: `redis+socket://${this.#socket}`,
          pid: server.pid,
        };
      }
    }
    await this.end("SIGKILL");
    throw new Error(`Redis did not start: ${readFileSync(join(this.#folder, "log"), "utf8").slice(-2_000)}`);
  }

  get #runs() {
    return this.#server !== undefined && this.#server.exitCode === null && this.#server.signalCode === null;
  }

  /** Whether it takes commands: one that still reads its data says so, one that wants a password is ready. @returns {Promise<boolean>} */
  #answers() {
    return new Promise((resolve) => {
      const socket = connect(this.#socket, () => socket.write("PING\r\n"));
      socket.setTimeout(5_000, () => socket.destroy());
      socket.once("data", (data) => {
        resolve(/^(\+PONG|-NOAUTH)/.test(String(data)));
        socket.destroy();
      });
      socket.once("error", () => {});
      socket.once("close", () => resolve(false));
    });
  }

  /** @param {NodeJS.Signals} signal */
  async end(signal) {
    const server = this.#server;
    if (server === undefined || !this.#runs) return;
    const gone = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    const timer = setTimeout(() => server.kill("SIGKILL"), STOP_WITHIN_MS);
    await gone;
    clearTimeout(timer);
  }

  async remove() {
    await this.end("SIGTERM");
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function serve() {
  const tell = (/** @type {object} */ message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  // Whoever reads them may be gone.
  process.stdout.on("error", () => {});
  const { values } = parseArgs({
    options: { forgetful: { type: "boolean", default: false }, set: { type: "string", multiple: true, default: [] } },
  });
  const program = await redisProgram();
  if (program === undefined) {
    tell({
      reason:
        "no Redis was found: install it (Debian: apt-get install redis-server), or name its program with HYOSHI_REDIS_SERVER",
    });
    return;
  }
  const settings = values.set.map((setting) => {
    const at = setting.indexOf("=");
    return [setting.slice(0, at), setting.slice(at + 1)];
  });
  const keeping = values.forgetful ? { appendonly: "no" } : { appendonly: "yes", appendfsync: "no" };
  const server = new Server(program, { ...keeping, ...Object.fromEntries(settings) });
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await server.remove();
    process.exit(0);
  };
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, stop);
  const commands = createInterface({ input: process.stdin });
  commands.on("close", stop);
  try {
    tell(await server.start());
    for await (const command of commands) {
      if (command === "kill" || command === "stop") {
        await server.end(command === "kill" ? "SIGKILL" : "SIGTERM");
        tell({ stopped: true });
      } else if (command === "start" || command === "start empty") {
        tell(await server.start({ empty: command !== "start" }));
      }
    }
  } catch (error) {
    if (!stopping) tell({ reason: error instanceof Error ? error.message : String(error) });
  }
  await stop();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await serve();
