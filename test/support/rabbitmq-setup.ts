import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { TestProject } from "vitest/node";
import { messageOf } from "../../src/base/error.ts";
import { type RabbitServer, startRabbitServer } from "./rabbitmq-server.ts";
import { type SharedServer, shared } from "./shared-server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The port at which a test file asks for a virtual host of its own. */
    rabbitmq: number;
  }
}

/** More than there are test files that ask for one. */
const VIRTUAL_HOSTS = 24;

/** The server is started when the first test file asks for it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { provided, done } = await shared("rabbitmq", start);
  project.provide("rabbitmq", provided);
  return done;
}

function start(): SharedServer<number> {
  let starting: Promise<RabbitServer> | undefined;
  let given = 0;
  const door = createServer(async (socket) => {
    socket.on("error", () => {});
    try {
      starting ??= startRabbitServer({ virtualHosts: VIRTUAL_HOSTS });
      const { hostUrls } = await starting;
      const url = hostUrls[given];
      given += 1;
      socket.end(JSON.stringify(url === undefined ? { reason: "all virtual hosts are taken" } : { url }));
    } catch (error) {
      socket.end(JSON.stringify({ reason: messageOf(error) }));
    }
  });
  door.listen(0, "127.0.0.1");
  return {
    provided: once(door, "listening").then(() => (door.address() as AddressInfo).port),
    async stop() {
      door.close();
      await starting?.then(
        (server) => server.stop(),
        () => {},
      );
    },
  };
}
