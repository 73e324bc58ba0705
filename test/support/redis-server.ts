import { settingArgs, startServerScript } from "./server-script.ts";

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
  const args = [...(forgetful ? ["--forgetful"] : []), ...settingArgs(settings)];
  const script = await startServerScript<Line>("redis.mjs", args);
  const { url = "", socketUrl = "" } = script.first;
  let pid = script.first.pid ?? 0;
  const ask = async (command: string) => {
    pid = (await script.ask(command)).pid ?? pid;
  };
  return {
    url,
    socketUrl,
    port: Number(new URL(url).port),
    get pid() {
      return pid;
    },
    kill: () => ask("kill"),
    pause: () => ask("stop"),
    start: ({ empty = false } = {}) => ask(empty ? "start empty" : "start"),
    stop: () => script.stop(),
  };
}
