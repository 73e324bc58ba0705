import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../scripts/redis.mjs", import.meta.url));

/** A Redis server of its own. It stops with the process that started it, however that ends. */
export interface RedisServer {
  /** Of database 0. */
  readonly url: string;
  /** The same server by its unix socket, as Celery writes it. */
  readonly socketUrl: string;
  readonly port: number;
  /** Of the server that runs now. */
  readonly pid: number;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Ends it in order, for a while. */
  pause(): Promise<void>;
  /** Starts it again at the same address, with its data or without. */
  start(options?: { readonly empty?: boolean }): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

type Line = Partial<Record<"url" | "socketUrl" | "reason", string>> & { readonly pid?: number };

export interface RedisServerOptions {
  /** Nothing is written to the disk: it is quicker, and a restart loses everything. */
  readonly forgetful?: boolean;
  /** More of its configuration, such as `maxmemory`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Fails with what is missing where there is no Redis. */
export async function startRedisServer({
  forgetful = false,
  settings = {},
}: RedisServerOptions = {}): Promise<RedisServer> {
  const set = Object.entries(settings).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const child = spawn(process.execPath, [program, ...(forgetful ? ["--forgetful"] : []), ...set], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const gone = once(child, "close");
  // What is asked of one that has ended is answered by its end.
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Line> => {
    for (;;) {
      const { done, value } = await lines.next();
      if (done) throw new Error("the Redis server's script ended");
      // A package that is being installed writes, too.
      if (!value.startsWith("{")) continue;
      const line = JSON.parse(value) as Line;
      if (line.reason !== undefined) throw new Error(line.reason);
      return line;
    }
  };
  let pid = 0;
  const ask = async (command: string) => {
    child.stdin.write(`${command}\n`);
    pid = (await answer()).pid ?? pid;
  };
  const first = await answer();
  pid = first.pid ?? 0;
  const url = first.url ?? "";
  return {
    url,
    socketUrl: first.socketUrl ?? "",
    port: Number(new URL(url).port),
    get pid() {
      return pid;
    },
    kill: () => ask("kill"),
    pause: () => ask("stop"),
    start: ({ empty = false } = {}) => ask(empty ? "start empty" : "start"),
    async stop() {
      child.stdin.end();
      await gone;
    },
  };
}
