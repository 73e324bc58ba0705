import type { ChannelModel } from "amqplib";
import { readHeaderFrame } from "./header-frame.ts";

/** What the driver keeps to itself. */
interface Internals {
  rest: Buffer;
  recvFrame(): unknown;
  readonly stream: { destroy(): void };
}

/** Reads in the driver's stead the headers at which it would give up the connection. */
export function readAllHeaders(model: ChannelModel): void {
  const connection = model.connection as unknown as Partial<Internals>;
  const receive = connection.recvFrame?.bind(connection);
  if (receive === undefined) return;
  connection.recvFrame = () => {
    const bytes = connection.rest;
    try {
      return receive();
    } catch (error) {
      // It has gone past the frame that it could not read.
      const frame = bytes === undefined || bytes === connection.rest ? undefined : readHeaderFrame(bytes);
      if (frame === undefined) throw error;
      return frame;
    }
  };
}

/** Ends a connection whose server does not answer any more. */
export function destroySocket(model: ChannelModel): void {
  (model.connection as unknown as Partial<Internals>).stream?.destroy();
}
