/**
 * `node scripts/postgres.mjs`: a throwaway PostgreSQL server of its own, for tests and benchmarks. Installs PostgreSQL where that
 * is possible (Debian, as root), makes a cluster in a temporary folder, and starts it on a free port of this machine.
 *
 * Writes one line of JSON when it is ready: `{"url": …, "pid": …}`, or `{"reason": …}` where there can be none. Reads commands from
 * its standard input, a line each: `kill` ends the server as a crash would, `start` starts it again; each is answered by such
 * a line. It stops, and removes the folder, when its standard input ends: so it does when whoever started it dies.
 *
 * `--durable` makes it wait for the disk as a real one does; without it the machine's own crash would lose data, a process's not.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  chownSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { aptInstall, canInstall, isExecutable } from "./apt.mjs";
import { freePort, isAlive } from "./throwaway-server.mjs";

const PREFIX = "hyoshi-postgres-";
const READY_WITHIN_MS = 60_000;

/**
 * The folder of PostgreSQL's programs, installed with apt where that is possible; undefined when there is none.
 * HYOSHI_POSTGRES_BIN names one that is not where it usually is.
 */
export async function postgresPrograms() {
  if (installedPrograms() === undefined && canInstall()) await aptInstall("postgresql");
  return installedPrograms();
}

function installedPrograms() {
  const versions = (/** @type {string} */ folder) =>
    existsSync(folder)
      ? readdirSync(folder)
          .sort((a, b) => Number.parseFloat(b.replace(/^\D+/, "")) - Number.parseFloat(a.replace(/^\D+/, "")))
          .map((version) => join(folder, version, "bin"))
      : [];
  const folders = [
    process.env.HYOSHI_POSTGRES_BIN,
    ...versions("/usr/lib/postgresql"),
    ...(process.env.PATH ?? "").split(delimiter),
    ...versions("/opt/homebrew/opt").filter((folder) => folder.includes("postgresql")),
  ];
  return folders.find(
    (folder) => folder && isExecutable(join(folder, "initdb")) && isExecutable(join(folder, "postgres")),
  );
}

/** PostgreSQL refuses to run as root; the user whom it runs as then. */
function unprivileged() {
  if (process.getuid?.() !== 0) return {};
  for (const name of ["postgres", "nobody"]) {
    const id = (/** @type {string} */ flag) => spawnSync("id", [flag, name], { encoding: "utf8" });
    const [uid, gid] = [id("-u"), id("-g")];
    if (uid.status === 0 && gid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  return {};
}

/** Everybody must be able to come to it, down from the root. */
function openFolder() {
  const isOpen = (/** @type {string} */ folder) => {
    for (let at = folder; ; at = dirname(at)) {
      if ((statSync(at).mode & 0o001) === 0) return false;
      if (at === dirname(at)) return true;
    }
  };
  return isOpen(tmpdir()) ? tmpdir() : "/tmp";
}

/** Removes what servers left that were killed together with whoever watched them. */
function sweep(/** @type {string} */ parent) {
  for (const name of readdirSync(parent).filter((found) => found.startsWith(PREFIX))) {
    const folder = join(parent, name);
    if (isAlive(Number(name.slice(PREFIX.length).split("-")[0]))) continue;
    try {
      const pid = Number(readFileSync(join(folder, "data", "postmaster.pid"), "utf8").split("\n")[0]);
      if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder)) process.kill(pid, "SIGKILL");
    } catch {
      // It was stopped, and only the folder is left.
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

class Cluster {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #server;
  #port = 0;
  #programs;
  #owner = unprivileged();
  #durable;
  #folder;

  /** @param {string} programs @param {boolean} durable */
  constructor(programs, durable) {
    this.#programs = programs;
    this.#durable = durable;
    const parent = openFolder();
    sweep(parent);
    this.#folder = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
    if (this.#owner.uid !== undefined) chownSync(this.#folder, this.#owner.uid, this.#owner.gid);
  }

  get #data() {
    return join(this.#folder, "data");
  }

  make() {
    const always = ["-D", this.#data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"];
    // An order of texts that is not that of their bytes, as most servers have it.
    const natural = ["--locale=C", "--locale-provider=icu", "--icu-locale=en-US"];
    const attempts = [
      [...always, ...natural],
      [...always, "--locale=C"],
    ].map((args) => {
      rmSync(this.#data, { recursive: true, force: true });
      return () =>
        spawnSync(join(this.#programs, "initdb"), args, { ...this.#owner, cwd: this.#folder, encoding: "utf8" });
    });
    let made;
    for (const attempt of attempts) {
      made = attempt();
      if (made.status === 0) return;
    }
    throw new Error(`initdb failed: ${made?.stderr || made?.error?.message}`);
  }

  async start() {
    this.#port ||= await freePort();
    const settings = {
      listen_addresses: "127.0.0.1",
      port: this.#port,
      unix_socket_directories: this.#folder,
      max_connections: 300,
      // What one crash leaves is enough for tests.
      shared_buffers: "64MB",
      ...(!this.#durable && { fsync: "off", full_page_writes: "off" }),
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    for (const deadline = Date.now() + READY_WITHIN_MS; ; ) {
      const log = openSync(join(this.#folder, "log"), "a");
      const server = spawn(join(this.#programs, "postgres"), ["-D", this.#data, ...args], {
        ...this.#owner,
        cwd: this.#folder,
        // A group of its own: the terminal's Ctrl-C would stop it before those who still use it.
        detached: true,
        stdio: ["ignore", log, log],
      });
      closeSync(log);
      this.#server = server;
      while (server.exitCode === null && server.signalCode === null && Date.now() < deadline) {
        if (this.#answers()) return { url: `postgres://postgres@127.0.0.1:${this.#port}/postgres`, pid: server.pid };
        await sleep(50);
      }
      // After a crash the memory of the one before is in use for a moment.
      if (Date.now() >= deadline) {
        server.kill("SIGKILL");
        throw new Error(`postgres did not start: ${readFileSync(join(this.#folder, "log"), "utf8").slice(-2_000)}`);
      }
      await sleep(200);
    }
  }

  #answers() {
    const args = ["-q", "-h", "127.0.0.1", "-p", String(this.#port), "-U", "postgres"];
    return spawnSync(join(this.#programs, "pg_isready"), args).status === 0;
  }

  /** @param {NodeJS.Signals} signal */
  async end(signal) {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    const timer = setTimeout(() => server.kill("SIGKILL"), 10_000);
    await gone;
    clearTimeout(timer);
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function serve() {
  const tell = (/** @type {object} */ message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  // Whoever reads them may be gone.
  process.stdout.on("error", () => {});
  const programs = await postgresPrograms();
  if (programs === undefined) {
    tell({
      reason:
        "no PostgreSQL was found: install it (Debian: apt-get install postgresql), or name its folder with HYOSHI_POSTGRES_BIN",
    });
    return;
  }
  const cluster = new Cluster(programs, process.argv.includes("--durable"));
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await cluster.end("SIGINT");
    cluster.remove();
    process.exit(0);
  };
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, stop);
  const commands = createInterface({ input: process.stdin });
  commands.on("close", stop);
  try {
    cluster.make();
    tell(await cluster.start());
    for await (const command of commands) {
      if (command === "kill") {
        await cluster.end("SIGKILL");
        tell({ killed: true });
      } else if (command === "start") tell(await cluster.start());
    }
  } catch (error) {
    if (!stopping) tell({ reason: error instanceof Error ? error.message : String(error) });
  }
  await stop();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await serve();
