import type { Message, Options } from "amqplib";
import type { Envelope } from "../../message/envelope.ts";
import { fromFieldTable, toFieldTable } from "./field-table.ts";

/** RabbitMQ closes the channel at a longer one: 2^32 - 1 ms, 49 days. */
const LONGEST_EXPIRATION_MS = 4_294_967_295;

/** An envelope's headers and properties as AMQP's, exactly those that Celery writes. */
export function publishOptions({ headers, properties }: Envelope, priority: number): Options.Publish {
  const { contentType, contentEncoding, correlationId, replyTo, deliveryMode = 2, expirationMs } = properties;
  return {
    contentType,
    contentEncoding,
    headers: toFieldTable(headers),
    deliveryMode,
    priority,
    ...(correlationId !== undefined && { correlationId }),
    ...(replyTo !== undefined && { replyTo }),
    ...(expirationMs !== undefined && {
      expiration: String(Math.trunc(Math.min(Math.max(expirationMs, 0), LONGEST_EXPIRATION_MS))),
    }),
  };
}

/** A body as the driver takes it. */
export function contentOf({ body }: Envelope): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/** A message as it came, whatever is missing in it: whether it can be read is for its reader to say. */
export function envelopeOf({ properties, content }: Pick<Message, "properties" | "content">): Envelope {
  const { correlationId, replyTo, deliveryMode, expiration } = properties;
  const expirationMs = typeof expiration === "string" && /^\d+$/.test(expiration) ? Number(expiration) : undefined;
  return {
    headers: fromFieldTable(properties.headers),
    properties: {
      contentType: textOr(properties.contentType, ""),
      contentEncoding: textOr(properties.contentEncoding, ""),
      ...(typeof correlationId === "string" && { correlationId }),
      ...(typeof replyTo === "string" && { replyTo }),
      ...((deliveryMode === 1 || deliveryMode === 2) && { deliveryMode }),
      ...(expirationMs !== undefined && { expirationMs }),
    },
    body: content,
  };
}

/** 0 to 9, as it was published; 0 where there is none. */
export function priorityOf({ properties }: Pick<Message, "properties">): number {
  const { priority } = properties;
  return typeof priority === "number" ? Math.min(Math.max(Math.trunc(priority), 0), 9) : 0;
}

/** How often it was handed out before, where RabbitMQ counts: its quorum queues do. */
export function deliveriesOf({ properties }: Pick<Message, "properties">): number | undefined {
  const count: unknown = properties.headers?.["x-delivery-count"];
  return typeof count === "number" && count >= 0 ? count : undefined;
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
