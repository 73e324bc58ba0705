import { createServer } from "node:net";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import pico from "picocolors";
import type { ResolvedConfig } from "../../app/resolved-config.ts";
import { siblingModule } from "../../base/sibling-module.ts";
import { DevChild } from "../dev-child.ts";
import { wholeNumber } from "../parse-options.ts";
import { portError } from "../port-error.ts";
import { openProject } from "../project.ts";
import { aborted, listenForStop } from "../stop-signal.ts";
import type { Terminal } from "../terminal.ts";
import { watchProject } from "../watch-project.ts";

interface DevOptions {
  readonly host?: string;
  readonly port?: number;
  readonly watch: boolean;
}

const roles = ["admin", "beat", "worker"] as const;
type Role = (typeof roles)[number];

export function devCommand(terminal: Terminal): Command {
  return new Command("dev")
    .description("run admin, beat and worker, each in a process of its own, and restart what a saved file touches")
    .option("--host <address>", "the admin's address (default: the settings' admin.host)")
    .option("--port <number>", "the admin's port (default: the settings' admin.port)", wholeNumber(0, 65_535))
    .option("--no-watch", "do not look for saved files")
    .action(async (options: DevOptions, command: Command) => {
      const { config, file } = await openProject(terminal, command);
      const host = options.host ?? config.admin.host;
      const port = options.port ?? config.admin.port;
      await assertPortIsFree(host, port);

      const stop = listenForStop();
      const say = printer(terminal);
      const children = startChildren(terminal, file, { host, port }, say);
      const stopWatching = options.watch ? watchFiles(terminal, config, children, say) : () => {};

      const alive = setInterval(() => {}, 2 ** 30);
      await aborted(stop.warm);
      stopWatching();
      say("dev", "stopping (once more to be quick)");
      const ended = Promise.all([...children.values()].map((child) => child.stop()));
      void aborted(stop.quick).then(() => {
        for (const child of children.values()) void child.stop();
      });
      // The last way out, when the process is about to be ended.
      process.once("exit", () => {
        for (const child of children.values()) child.kill();
      });
      await ended;
      clearInterval(alive);
      stop.dispose();
    });
}

type Say = (role: Role | "dev", line: string) => void;

function startChildren(
  terminal: Terminal,
  file: string,
  { host, port }: { host: string; port: number },
  say: Say,
): Map<Role, DevChild> {
  const main = fileURLToPath(siblingModule(import.meta.url, "../main"));
  const args: Record<Role, string[]> = {
    // It starts again with every file that is saved, and so does what code defines.
    admin: ["runserver", "--apply-code", "--host", host, "--port", String(port)],
    beat: ["beat"],
    // It starts again what has ended, as a supervisor would.
    worker: ["worker", "--no-supervisor"],
  };
  const env = {
    ...terminal.env,
    HYOSHI_LOG_FORMAT: terminal.env.HYOSHI_LOG_FORMAT ?? "pretty",
    ...(terminal.colours ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }),
  };
  const children = new Map<Role, DevChild>();
  for (const role of roles) {
    const child = new DevChild({
      role,
      command: [process.execPath, main, ...args[role], "--config", file],
      env,
      clock: terminal.clock,
      print: (line) => say(role, line),
      tell: (text) => say("dev", `${role} ${text}`),
      heard: (message) => {
        const { kind, address } = message as { kind?: string; address?: string };
        if (kind === "listening") say("dev", `open ${address} (Ctrl-C stops)`);
      },
    });
    child.start();
    children.set(role, child);
  }
  return children;
}

/** The settings concern everybody; any other source file those that import the project's code. */
function watchFiles(terminal: Terminal, config: ResolvedConfig, children: ReadonlyMap<Role, DevChild>, say: Say) {
  const folders = [config.folder, ...config.apps.flatMap((app) => ("folder" in app ? [app.folder] : []))];
  return watchProject(folders, terminal.clock, (files) => {
    const touched: readonly Role[] = files.some((file) => file === config.file) ? roles : ["admin", "worker"];
    const names = files.map((file) => relative(config.folder, file)).join(", ");
    say("dev", `${names} saved: ${touched.join(", ")} start${touched.length === 1 ? "s" : ""} again`);
    for (const role of touched) children.get(role)?.restart();
  });
}

/** Before anything starts: three processes that fail one after the other would hide the reason. */
async function assertPortIsFree(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(portError(error, host, port)));
    server.listen(port, host, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}

function printer(terminal: Terminal): Say {
  const paint = pico.createColors(terminal.colours);
  const colours = { admin: paint.cyan, beat: paint.magenta, worker: paint.green, dev: paint.bold };
  return (role, line) => terminal.out(`${colours[role](role.padEnd(6))} ${paint.dim("|")} ${line}\n`);
}
