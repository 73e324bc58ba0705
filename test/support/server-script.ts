import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A program under `scripts/` that starts a server for the tests: it is told what to do a line at a time, and answers each with a line of JSON. */
export interface ServerScript<Line> {
  /** What it says once the server runs. */
  readonly first: Line;
  ask(command: string): Promise<Line>;
  /** Ends the server for good. It ends with this process as well, however that ends. */
  stop(): Promise<void>;
}

/** Fails with what is missing where the server cannot be had. */
export async function startServerScript<Line extends { readonly reason?: string }>(
  program: `${string}.mjs`,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ServerScript<Line>> {
  const path = fileURLToPath(new URL(`../../scripts/${program}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const gone = once(child, "close");
  // What is asked of one that has ended is answered by its end.
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Line> => {
    for (;;) {
      const { done, value } = await lines.next();
      if (done) throw new Error(`the script ${program} ended`);
      // A package that is being installed writes, too.
      if (!value.startsWith("{")) continue;
      const line = JSON.parse(value) as Line;
      if (line.reason !== undefined) throw new Error(line.reason);
      return line;
    }
  };
  return {
    first: await answer(),
    ask(command) {
      child.stdin.write(`${command}\n`);
      return answer();
    },
    async stop() {
      child.stdin.end();
      await gone;
    },
  };
}

/** The arguments that set more of a server's configuration. */
export function settingArgs(settings: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
}
