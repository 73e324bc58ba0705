import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a server on which answers get lost: what was asked is done, and nobody hears of it; or requests: nothing is done. */
export interface LossyProxy {
  /** The server's address, by way of the proxy. */
  readonly url: string;
  /**
   * Cuts a connection instead of handing on an answer, each time with this probability, and so often at most. `half`: the first half still arrives, so
   * that the connection ends within a frame, and requests are cut so too.
   */
  lose(probability: number, most: number, how?: { readonly half?: boolean }): void;
  /** How many connections were cut so. */
  readonly lost: number;
  /** Cuts every connection that there is now. */
  cutAll(): void;
  close(): Promise<void>;
}

export async function startLossyProxy(url: string): Promise<LossyProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let probability = 0;
  let left = 0;
  let lost = 0;
  let half = false;
  const server = createServer((client) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port || 5432) });
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", cut);
      socket.on("close", () => {
        sockets.delete(socket);
        cut();
      });
    }
    const handOn = (data: Buffer, to: Socket, mayLose: boolean) => {
      if (!mayLose || left <= 0 || Math.random() >= probability) {
        to.write(data);
        return;
      }
      left -= 1;
      lost += 1;
      if (half) to.write(data.subarray(0, data.length >> 1), cut);
      else cut();
    };
    client.on("data", (data) => handOn(data, upstream, half));
    upstream.on("data", (data) => handOn(data, client, true));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const own = new URL(url);
  own.host = `127.0.0.1:${port}`;
  return {
    url: own.href,
    lose(each, most, how = {}) {
      probability = each;
      left = most;
      half = how.half ?? false;
    },
    get lost() {
      return lost;
    },
    cutAll() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}
