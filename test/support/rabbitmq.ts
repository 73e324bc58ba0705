import { once } from "node:events";
import { connect } from "node:net";
import { inject } from "vitest";

/** How long the first who asks waits for the server, which may have to be installed. */
export const RABBITMQ_STARTS_WITHIN_MS = 300_000;

/** The address of an empty virtual host on the tests' RabbitMQ server, nobody else's. The first who asks has the server started. */
export async function ownVirtualHost(): Promise<string> {
  const socket = connect(inject("rabbitmq"), "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    text += chunk;
  });
  await once(socket, "end");
  const { url, reason } = JSON.parse(text) as { url?: string; reason?: string };
  if (url === undefined) throw new Error(reason);
  return url;
}
