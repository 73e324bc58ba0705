import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../scripts/postgres.mjs", import.meta.url));

/** A PostgreSQL server of its own. It stops with the process that started it, however that ends. */
export interface PostgresServer {
  /** Of the database `postgres`, as a superuser. */
  readonly url: string;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again, at the same address. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

type Line = { readonly url?: string; readonly reason?: string; readonly killed?: boolean };

export interface PostgresServerOptions {
  /** It waits for the disk, as a real one does. */
  readonly durable?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Fails with what is missing where there is no PostgreSQL. */
export async function startPostgresServer({
  durable = false,
  env = {},
}: PostgresServerOptions = {}): Promise<PostgresServer> {
  const child = spawn(process.execPath, [program, ...(durable ? ["--durable"] : [])], {
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
      if (done) throw new Error("the PostgreSQL server's script ended");
      // A package that is being installed writes, too.
      if (!value.startsWith("{")) continue;
      const line = JSON.parse(value) as Line;
      if (line.reason !== undefined) throw new Error(line.reason);
      return line;
    }
  };
  const ask = async (command: string) => {
    child.stdin.write(`${command}\n`);
    await answer();
  };
  const { url = "" } = await answer();
  return {
    url,
    kill: () => ask("kill"),
    start: () => ask("start"),
    async stop() {
      child.stdin.end();
      await gone;
    },
  };
}
