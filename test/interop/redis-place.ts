import { createClient } from "@redis/client";
import { startLossyProxy } from "../support/lossy-proxy.ts";
import { startRedisServer } from "../support/redis-server.ts";
import type { Place } from "./place.ts";

/** Lists of the four priorities that a queue has; see Celery's Redis transport. */
const lists = (queue: string) => [queue, ...["3", "6", "9"].map((step) => `${queue}\x06\x16${step}`)];

/** A Redis of its own, which starts in a moment. */
export async function openRedisPlace(): Promise<Place> {
  const server = await startRedisServer();
  const proxy = await startLossyProxy(server.url);
  const ask = async <T>(question: (client: ReturnType<typeof createClient>) => Promise<T>): Promise<T> => {
    const client = createClient({ url: server.url, socket: { reconnectStrategy: false } });
    await client.connect();
    try {
      return await question(client as ReturnType<typeof createClient>);
    } finally {
      client.destroy();
    }
  };
  return {
    url: server.url,
    urlByProxy: proxy.url,
    resultsUrl: `${server.url.replace(/\/\d*$/, "")}/1`,
    server,
    proxy,
    resultServer: undefined,
    depth: (queue) =>
      ask(async (client) => {
        const lengths = await Promise.all(lists(queue).map((list) => client.lLen(list)));
        return lengths.reduce((sum, one) => sum + one, 0);
      }),
    unsettled: () => ask((client) => client.hLen("unacked")),
    async close() {
      await proxy.close();
      await server.stop();
    },
  };
}
