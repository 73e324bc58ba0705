import { settingArgs, startServerScript } from "./server-script.ts";

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
  const args = ["--virtual-hosts", String(virtualHosts), ...settingArgs(settings)];
  const script = await startServerScript<Line>("rabbitmq.mjs", args);
  const { url = "", virtualHosts: names = [] } = script.first;
  return {
    url,
    hostUrls: names.map((name) => `${url}${encodeURIComponent(name)}`),
    kill: async () => void (await script.ask("kill")),
    pause: async () => void (await script.ask("stop")),
    start: async ({ empty = false } = {}) => void (await script.ask(empty ? "start empty" : "start")),
    control: async (...args) => (await script.ask(`ctl ${JSON.stringify(args)}`)).output ?? "",
    stop: () => script.stop(),
  };
}
