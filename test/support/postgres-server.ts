import { startServerScript } from "./server-script.ts";

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
  const script = await startServerScript<Line>("postgres.mjs", durable ? ["--durable"] : [], env);
  return {
    url: script.first.url ?? "",
    kill: async () => void (await script.ask("kill")),
    start: async () => void (await script.ask("start")),
    stop: () => script.stop(),
  };
}
