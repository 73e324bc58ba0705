/**
 * `node scripts/rabbitmq.mjs`: a throwaway RabbitMQ server of its own, for tests and benchmarks. Installs Debian's package where that is possible (as
 * root; the package's own service is not started), and runs a node with a name, ports, a data folder and an Erlang cookie of its own.
 *
 * Writes one line of JSON when it is ready: `{"url": …, "virtualHosts": […]}`, or `{"reason": …}` where there can be none. Reads commands from its
 * standard input, a line each, and answers each by a line: `stop` ends the server in order, `kill` as a crash would, `start` starts it (again),
 * `start empty` without its data; `ctl ["list_queues", …]` runs RabbitMQ's own tool and answers `{"output": …}`. It stops, and removes its folder,
 * when its standard input ends: so it does when whoever started it dies.
 *
 * `--virtual-hosts 8` makes so many beside `/`, `--set name=value` adds to the server's configuration.
 */
import { execFile, spawn, spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs, promisify } from "node:util";
import { aptInstallUnstarted, canInstall, isExecutable } from "./apt.mjs";
import { freePort, isAlive } from "./throwaway-server.mjs";

const PREFIX = "hyoshi-rabbitmq-";
/** A cold start on a busy machine. */
const READY_WITHIN_MS = 120_000;
/** A node that stops in order writes what it holds. */
const STOP_WITHIN_MS = 20_000;

/**
 * The folder of RabbitMQ's programs, installed with apt where that is possible; undefined when there is none.
 * HYOSHI_RABBITMQ_SBIN names one that is not where it usually is.
 */
export async function rabbitPrograms() {
  if (installedPrograms() === undefined && canInstall()) {
    await aptInstallUnstarted(["rabbitmq-server", "epmd.socket"], "--no-install-recommends", "rabbitmq-server");
  }
  return installedPrograms();
}

function installedPrograms() {
  const versions = "/usr/lib/rabbitmq/lib";
  const folders = [
    process.env.HYOSHI_RABBITMQ_SBIN,
    // Not those in the path: Debian's there want to be root, and then change to a user of their own.
    ...(existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, "sbin")) : []),
    "/opt/homebrew/opt/rabbitmq/sbin",
  ];
  const found = folders.find((folder) => folder && isExecutable(join(folder, "rabbitmq-server")));
  return found !== undefined && spawnSync("epmd", ["-names"], { stdio: "ignore" }).error === undefined
    ? found
    : undefined;
}

/** Removes what servers left that were killed together with whoever watched them. */
function sweep() {
  for (const name of readdirSync(tmpdir()).filter((found) => found.startsWith(PREFIX))) {
    if (isAlive(Number(name.slice(PREFIX.length).split("-")[0]))) continue;
    const folder = join(tmpdir(), name);
    for (const file of ["server.group", "epmd.group"]) {
      try {
        const pid = Number(readFileSync(join(folder, file), "utf8"));
        // Its number may be somebody else's by now.
        if (readFileSync(`/proc/${pid}/environ`, "utf8").includes(folder)) process.kill(-pid, "SIGKILL");
      } catch {
        // It was stopped, and only the folder is left.
      }
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

class Node {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #server;
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #names;
  #folder;
  #programs;
  #port = 0;
  #environment = /** @type {NodeJS.ProcessEnv} */ ({});
  #virtualHosts;
  #settings;

  /** @param {string} programs @param {number} virtualHosts @param {readonly string[]} settings */
  constructor(programs, virtualHosts, settings) {
    this.#programs = programs;
    this.#settings = settings;
    this.#virtualHosts = Array.from({ length: virtualHosts }, (_, index) => `suite-${index + 1}`);
    sweep();
    this.#folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  }

  /** @param {string} name */
  #path(name) {
    return join(this.#folder, name);
  }

  async make() {
    this.#port = await freePort();
    const names = await freePort();
    writeFileSync(this.#path(".erlang.cookie"), randomBytes(12).toString("hex"), { mode: 0o400 });
    writeFileSync(this.#path("plugins"), "[].\n");
    writeFileSync(this.#path("definitions.json"), JSON.stringify(this.#definitions()));
    const settings = [
      `listeners.tcp.1 = 127.0.0.1:${this.#port}`,
      "loopback_users = none",
      `load_definitions = ${this.#path("definitions.json")}`,
      "disk_free_limit.absolute = 1MB",
      "log.console = true",
      "log.console.level = warning",
      "log.file = false",
      ...this.#settings.map((setting) => setting.replace("=", " = ")),
    ];
    writeFileSync(this.#path("rabbitmq.conf"), `${settings.join("\n")}\n`);
    this.#environment = {
      ...process.env,
      HOME: this.#folder,
      ERL_EPMD_PORT: String(names),
      ERL_EPMD_ADDRESS: "127.0.0.1",
      RABBITMQ_NODENAME: "hyoshi@localhost",
      RABBITMQ_DIST_PORT: String(await freePort()),
      RABBITMQ_CONF_ENV_FILE: "/dev/null",
      RABBITMQ_CONFIG_FILE: this.#path("rabbitmq.conf"),
      RABBITMQ_ENABLED_PLUGINS_FILE: this.#path("plugins"),
      RABBITMQ_MNESIA_BASE: this.#path("data"),
      RABBITMQ_LOG_BASE: this.#path("logs"),
      RABBITMQ_PID_FILE: this.#path("pid"),
      // Nodes talk to each other as the tool does, on this machine alone.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "+S 2:2 +A 16 -kernel inet_dist_use_interface {127,0,0,1}",
      RABBITMQ_CTL_DIST_PORT_MIN: "40000",
      RABBITMQ_CTL_DIST_PORT_MAX: "60000",
    };
    // Erlang's own register of nodes: the one that it would start by itself stays behind, on its usual port.
    this.#names = this.#spawn("epmd", ["-port", String(names), "-address", "127.0.0.1"], "epmd");
  }

  /** Without these there would be no user: RabbitMQ makes its own only where nothing else is said. */
  #definitions() {
    const salt = randomBytes(4);
    const hash = Buffer.concat([salt, createHash("sha256").update(salt).update("guest").digest()]).toString("base64");
    const hosts = ["/", ...this.#virtualHosts];
    const everything = { user: "guest", configure: ".*", write: ".*", read: ".*" };
    return {
      users: [
        {
          name: "guest",
          password_hash: hash,
          hashing_algorithm: "rabbit_password_hashing_sha256",
          tags: "administrator",
        },
      ],
      vhosts: hosts.map((name) => ({ name })),
      permissions: hosts.map((vhost) => ({ vhost, ...everything })),
    };
  }

  /** @param {string} program @param {readonly string[]} args @param {string} name */
  #spawn(program, args, name) {
    const log = openSync(this.#path("log"), "a");
    const child = spawn(program, args, {
      cwd: this.#folder,
      env: this.#environment,
      // A group of its own: it has children, and the terminal's Ctrl-C would stop it before those who still use it.
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    if (child.pid !== undefined) writeFileSync(this.#path(`${name}.group`), String(child.pid));
    return child;
  }

  /** @param {{ empty?: boolean }} [options] */
  async start({ empty = false } = {}) {
    await this.end("SIGTERM");
    if (empty) rmSync(this.#path("data"), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    mkdirSync(this.#path("logs"), { recursive: true });
    const server = this.#spawn(join(this.#programs, "rabbitmq-server"), [], "server");
    this.#server = server;
    const deadline = Date.now() + READY_WITHIN_MS;
    while (server.exitCode === null && server.signalCode === null && Date.now() < deadline) {
      if (await this.#answers()) {
        return { url: `amqp://guest:guest@127.0.0.1:${this.#port}/`, virtualHosts: this.#virtualHosts };
      }
      await sleep(50);
    }
    await this.end("SIGKILL");
    throw new Error(`RabbitMQ did not start: ${readFileSync(this.#path("log"), "utf8").slice(-2_000)}`);
  }

  /** @returns {Promise<boolean>} */
  #answers() {
    return new Promise((resolve) => {
      const socket = connect(this.#port, "127.0.0.1", () => socket.write(Buffer.from("AMQP\0\0\x09\x01", "latin1")));
      socket.setTimeout(5_000, () => socket.destroy());
      socket.once("data", () => {
        resolve(true);
        socket.destroy();
      });
      socket.once("error", () => {});
      socket.once("close", () => resolve(false));
    });
  }

  /** @param {NodeJS.Signals} signal */
  async end(signal) {
    const server = this.#server;
    if (server?.pid === undefined) return;
    const { pid } = server;
    const tell = (/** @type {NodeJS.Signals} */ how) => {
      try {
        process.kill(-pid, how);
        return true;
      } catch {
        return false;
      }
    };
    tell(signal);
    for (const deadline = Date.now() + STOP_WITHIN_MS; isAlive(-pid); await sleep(20)) {
      if (Date.now() > deadline) tell("SIGKILL");
    }
    this.#server = undefined;
  }

  /** @param {readonly string[]} args */
  async control(args) {
    const tool = join(this.#programs, "rabbitmqctl");
    const { stdout } = await promisify(execFile)(tool, [...args], { env: this.#environment, cwd: this.#folder });
    return stdout;
  }

  async remove() {
    await this.end("SIGTERM");
    this.#names?.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function serve() {
  const tell = (/** @type {object} */ message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  // Whoever reads them may be gone.
  process.stdout.on("error", () => {});
  const { values } = parseArgs({
    options: {
      "virtual-hosts": { type: "string", default: "0" },
      set: { type: "string", multiple: true, default: [] },
    },
  });
  const programs = await rabbitPrograms();
  if (programs === undefined) {
    tell({
      reason:
        "no RabbitMQ was found: install it (Debian: apt-get install rabbitmq-server), or name its folder with HYOSHI_RABBITMQ_SBIN",
    });
    return;
  }
  const node = new Node(programs, Number(values["virtual-hosts"]), values.set);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await node.remove();
    process.exit(0);
  };
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, stop);
  const commands = createInterface({ input: process.stdin });
  commands.on("close", stop);
  try {
    await node.make();
    tell(await node.start());
    for await (const command of commands) {
      if (command === "kill" || command === "stop") {
        await node.end(command === "kill" ? "SIGKILL" : "SIGTERM");
        tell({ stopped: true });
      } else if (command === "start" || command === "start empty") {
        tell(await node.start({ empty: command !== "start" }));
      } else if (command.startsWith("ctl ")) {
        tell({ output: await node.control(JSON.parse(command.slice(4))) });
      }
    }
  } catch (error) {
    if (!stopping) tell({ reason: error instanceof Error ? error.message : String(error) });
  }
  await stop();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await serve();
