import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "./eventually.ts";

const sources = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A service's process. */
export interface Running {
  readonly child: ChildProcess;
  /** What it has written so far, both streams. */
  output(): string;
  /** Resolves when its output holds the text; fails, with the output, after a minute or when it ends before. */
  says(text: string): Promise<void>;
  /** Sends the signal and waits until the process is gone. Answers its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** A project of a user in a folder of its own, and the command in it. */
export interface TestProject {
  readonly folder: string;
  readonly databaseFile: string;
  write(file: string, text: string): void;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished>;
  /** A worker is the process itself, so that what is done to the process is done to the worker; `supervised`: as users start it. */
  start(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
    options?: { readonly supervised?: boolean },
  ): Running;
  /** Kills what still runs and removes the folder. */
  close(): Promise<void>;
}

/** What users run; for benchmarks. */
export const builtMain = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** `files` by their path, `hyoshi.config.ts` among them unless the one app `app` will do. */
export function createTestProject(
  files: Readonly<Record<string, string>>,
  { main = sources }: { main?: string } = {},
): TestProject {
  const folder = mkdtempSync(join(tmpdir(), "hyoshi-project-"));
  const running = new Set<Running>();
  const environment = (env: Readonly<Record<string, string>> = {}) => {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(HYOSHI_|DATABASE_URL|BROKER_URL|PORT|HOST|DATA_DIR|NODE_OPTIONS|VITEST)/.test(name),
    );
    return { ...Object.fromEntries(inherited), NO_COLOR: "1", ...env };
  };
  const spawned = (args: readonly string[], env?: Readonly<Record<string, string>>) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: folder,
      env: environment(env),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    return { child, stdout: () => stdout, stderr: () => stderr };
  };

  const project: TestProject = {
    folder,
    databaseFile: join(folder, "hyoshi.sqlite"),
    write(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    async run(args, env) {
      const { child, stdout, stderr } = spawned(args, env);
      const [code] = (await once(child, "close")) as [number | null];
      return { code, stdout: stdout(), stderr: stderr() };
    },
    start(args, env, { supervised = false } = {}) {
      const alone = args[0] === "worker" && !supervised ? ["--no-supervisor"] : [];
      const { child, stdout, stderr } = spawned([...args, ...alone], env);
      const closed = once(child, "close");
      const output = () => stdout() + stderr();
      const service: Running = {
        child,
        output,
        async says(text) {
          await eventually(
            () => {
              if (output().includes(text)) return true;
              if (child.exitCode !== null)
                throw new Error(`${args[0]} ended with ${child.exitCode} before it said '${text}':\n${output()}`);
              return false;
            },
            { within: 60_000, what: () => `${args[0]} to say '${text}':\n${output()}` },
          );
        },
        async end(signal = "SIGTERM") {
          running.delete(service);
          if (child.exitCode === null && child.signalCode === null) child.kill(signal);
          const [code] = (await closed) as [number | null];
          return code;
        },
      };
      running.add(service);
      return service;
    },
    async close() {
      await Promise.all([...running].map((service) => service.end("SIGKILL")));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const config = `import { defineConfig } from "hyoshi";\nexport default defineConfig({ apps: ["./app"] });\n`;
  for (const [file, text] of Object.entries({ "hyoshi.config.ts": config, ...files })) project.write(file, text);
  return project;
}
