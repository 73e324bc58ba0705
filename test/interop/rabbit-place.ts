import { connect } from "amqplib";
import { startLossyProxy } from "../support/lossy-proxy.ts";
import { ownVirtualHost } from "../support/rabbitmq.ts";
import { startRabbitServer } from "../support/rabbitmq-server.ts";
import { startRedisServer } from "../support/redis-server.ts";
import type { Place } from "./place.ts";

/** A virtual host on the tests' server, or `alone` a server that may be killed; with a Redis for results. */
export async function openRabbitPlace({ alone = false }: { readonly alone?: boolean } = {}): Promise<Place> {
  const [server, results] = await Promise.all([alone ? startRabbitServer() : undefined, startRedisServer()]);
  const url = server?.url ?? (await ownVirtualHost());
  const proxy = await startLossyProxy(url);
  const isOurs = () => {
    if (server === undefined) throw new Error("the server is not this test's alone");
    return server;
  };
  return {
    url,
    urlByProxy: proxy.url,
    resultsUrl: results.url,
    proxy,
    resultServer: results,
    server: {
      kill: async () => isOurs().kill(),
      start: async (options) => isOurs().start(options),
    },
    async depth(queue) {
      const connection = await connect(url);
      try {
        const channel = await connection.createChannel();
        // It closes the channel of whoever asks for a queue that is not there.
        channel.on("error", () => {});
        return await channel.checkQueue(queue).then(
          ({ messageCount }) => messageCount,
          () => 0,
        );
      } finally {
        await connection.close();
      }
    },
    // Those of a connection that has ended wait again.
    unsettled: async () => 0,
    async close() {
      await proxy.close();
      await Promise.all([server?.stop(), results.stop()]);
    },
  };
}
