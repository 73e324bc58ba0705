import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** A way to a server on which a connection can be broken at any byte, or hang. */
export interface FrameProxy {
  /** The server's address, by way of the proxy. */
  readonly url: string;
  /** Connections that are open. */
  readonly connections: number;
  /** Hands on so many more bytes of what clients write, in sum, and then cuts all connections: in the middle of whatever it is. */
  cutAfter(bytes: number): void;
  /** The same for what the server writes. */
  cutAnswersAfter(bytes: number): void;
  /** Cuts all connections, now. */
  cut(): void;
  /** Keeps all that comes, or goes on: nobody hears anything, and no connection ends. */
  hang(hanging: boolean): void;
  close(): Promise<void>;
}

export interface FrameProxyOptions {
  /** Changes what clients write. */
  readonly rewrite?: (bytes: Buffer) => Buffer;
  /** It speaks TLS with clients, by these files. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
}

export async function startFrameProxy(
  url: string,
  { rewrite = (bytes) => bytes, tls }: FrameProxyOptions = {},
): Promise<FrameProxy> {
  const target = new URL(url);
  const pairs = new Set<{ readonly client: Socket; readonly upstream: Socket }>();
  const left = { asked: Number.POSITIVE_INFINITY, answered: Number.POSITIVE_INFINITY };
  let hanging = false;
  const cut = () => {
    for (const { client, upstream } of pairs) {
      client.destroy();
      upstream.destroy();
    }
  };
  const accept = (client: Socket) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port) });
    const pair = { client, upstream };
    pairs.add(pair);
    const pass = (from: Socket, to: Socket, budget: keyof typeof left, change: (bytes: Buffer) => Buffer) => {
      from.on("data", (data: Buffer) => {
        const bytes = change(data);
        to.write(bytes.subarray(0, left[budget]));
        left[budget] -= bytes.length;
        if (left[budget] > 0) return;
        left[budget] = Number.POSITIVE_INFINITY;
        // What was written goes out first.
        to.end(() => cut());
      });
    };
    pass(client, upstream, "asked", rewrite);
    pass(upstream, client, "answered", (bytes) => bytes);
    for (const socket of [client, upstream]) {
      if (hanging) socket.pause();
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        pairs.delete(pair);
        client.destroy();
        upstream.destroy();
      });
    }
  };
  const server =
    tls === undefined
      ? createTcpServer(accept)
      : createTlsServer({ cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) }, accept);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const own = new URL(url);
  if (tls !== undefined) own.protocol = "amqps:";
  own.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: own.href,
    get connections() {
      return pairs.size;
    },
    cutAfter(bytes) {
      left.asked = bytes;
    },
    cutAnswersAfter(bytes) {
      left.answered = bytes;
    },
    cut,
    hang(now) {
      hanging = now;
      for (const { client, upstream } of pairs) {
        for (const socket of [client, upstream]) hanging ? socket.pause() : socket.resume();
      }
    },
    async close() {
      server.close();
      cut();
      await once(server, "close");
    },
  };
}
