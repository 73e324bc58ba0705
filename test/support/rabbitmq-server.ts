import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../scripts/rabbitmq.mjs", import.meta.url));

/** A RabbitMQ server of its own. It stops with the process that started it, however that ends. It needs about 130 MB, and 5 to 15 s to start. */
export interface RabbitServer {
  /** Of the virtual host `/`, as an administrator. */
  readonly url: string;
  /** Of the other virtual hosts, which have nothing in them. */
  readonly hostUrls: readonly string[];
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Ends it in order, for a while. */
  pause(): Promise<void>;
  /** Starts it again at the same address, with its data or without. */
  start(options?: { readonly empty?: boolean }): Promise<void>;
  /** Runs RabbitMQ's own tool, and answers what it writes. Each time takes one to three seconds. */
  control(...args: readonly string[]): Promise<string>;
  /** Ends it for good. */
  stop(): Promise<void>;
}

interface Line {
  readonly url?: string;
  readonly virtualHosts?: readonly string[];
  readonly reason?: string;
  readonly output?: string;
}

export interface RabbitServerOptions {
  /** Virtual hosts beside `/`. */
  readonly virtualHosts?: number;
  /** More of its configuration, such as `consumer_timeout`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Fails with what is missing where there is no RabbitMQ. */
export async function startRabbitServer({
  virtualHosts = 0,
  settings = {},
}: RabbitServerOptions = {}): Promise<RabbitServer> {
  const set = Object.entries(settings).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  const child = spawn(process.execPath, [program, "--virtual-hosts", String(virtualHosts), ...set], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const gone = once(child, "close");
  // What is asked of one that has ended is answered by its end.
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Line> => {
    for (;;) {
      const { done, value } = await lines.next();
      if (done) throw new Error("the RabbitMQ server's script ended");
      // A package that is being installed writes, too.
      if (!value.startsWith("{")) continue;
      const line = JSON.parse(value) as Line;
      if (line.reason !== undefined) throw new Error(line.reason);
      return line;
    }
  };
  const ask = async (command: string): Promise<Line> => {
    child.stdin.write(`${command}\n`);
    return answer();
  };
  const { url = "", virtualHosts: names = [] } = await answer();
  return {
    url,
    hostUrls: names.map((name) => `${url}${encodeURIComponent(name)}`),
    kill: async () => void (await ask("kill")),
    pause: async () => void (await ask("stop")),
    start: async ({ empty = false } = {}) => void (await ask(empty ? "start empty" : "start")),
    control: async (...args) => (await ask(`ctl ${JSON.stringify(args)}`)).output ?? "",
    async stop() {
      child.stdin.end();
      await gone;
    },
  };
}
