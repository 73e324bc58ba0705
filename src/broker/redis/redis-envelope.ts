import { messageOf } from "../../base/error.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { Envelope, EnvelopeProperties } from "../../message/envelope.ts";
import { readPythonJson } from "../../message/python-json-read.ts";
import { writePythonJson } from "../../message/python-json-write.ts";
import { NUMBER_TYPE } from "../../message/rich-value.ts";
import { endOfValue, insertMember, insideObject, skipSpace } from "./json-slice.ts";
import { priorityOf } from "./redis-keys.ts";

/** Bodies of 16 MiB, as base64, with room for their headers. */
export const LARGEST_ENVELOPE = 24 * 1024 * 1024;

export interface EnvelopeAddress {
  /** Empty for what is sent straight to a queue. */
  readonly exchange: string;
  readonly routingKey: string;
  /** As on the wire. */
  readonly priority: number;
  /** Fresh for each list that it is put into. */
  readonly tag: string;
}

/** The text that lies in a list or goes through a channel. */
export function encodeEnvelope(envelope: Envelope, { exchange, routingKey, priority, tag }: EnvelopeAddress): string {
  const { properties, headers, body } = envelope;
  const { correlationId, replyTo, deliveryMode = 2, expirationMs } = properties;
  const whole = {
    body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("base64"),
    "content-encoding": properties.contentEncoding,
    "content-type": properties.contentType,
    headers,
    properties: {
      ...(correlationId === undefined ? {} : { correlation_id: correlationId }),
      ...(replyTo === undefined ? {} : { reply_to: replyTo }),
      delivery_mode: deliveryMode,
      ...(expirationMs === undefined ? {} : { expiration: String(Math.trunc(expirationMs)) }),
      delivery_info: { exchange, routing_key: routingKey },
      priority,
      body_encoding: "base64",
      delivery_tag: tag,
    },
  };
  const text = JSON.stringify(whole);
  // Numbers that JavaScript does not have were kept as objects since they were read, and are numbers again on the wire.
  return text.includes(KEPT_NUMBER) ? writePythonJson(whole) : text;
}

const KEPT_NUMBER = `{"__type__":"${NUMBER_TYPE}"`;

export interface ReadEnvelope {
  readonly envelope: Envelope;
  /** hyoshi's: higher first. */
  readonly priority: number;
  readonly redelivered: boolean;
  readonly unreadable?: string;
}

/** Reads what lay in a list; what is no envelope is said to be unreadable, and kept as the body. */
export function decodeEnvelope(raw: Buffer): ReadEnvelope {
  if (raw.length > LARGEST_ENVELOPE) {
    return unreadable(raw, `it has ${raw.length} bytes, and at most ${LARGEST_ENVELOPE} are read`);
  }
  let parsed: unknown;
  try {
    parsed = readPythonJson(raw.toString());
  } catch (error) {
    return unreadable(raw, messageOf(error));
  }
  if (!isJsonObject(parsed)) return unreadable(raw, "it is not a JSON object");
  const { headers = {}, properties = {} } = parsed as JsonObject;
  if (!isJsonObject(headers)) return unreadable(raw, "its 'headers' are not an object");
  if (!isJsonObject(properties)) return unreadable(raw, "its 'properties' are not an object");
  const { body } = parsed as JsonObject;
  if (typeof body !== "string") return unreadable(raw, "its 'body' is not a text");
  const { redelivered: wasRedelivered, ...own } = headers;
  const info = isJsonObject(properties.delivery_info) ? properties.delivery_info : {};
  return {
    envelope: {
      headers: own,
      properties: propertiesOf(parsed as JsonObject, properties),
      body: isText(properties.body_encoding) ? Buffer.from(body) : Buffer.from(body, "base64"),
    },
    priority: priorityOf(properties.priority),
    redelivered: wasRedelivered === true || info.redelivered === true,
  };
}

/** No encoding, or this one, says that the body is the text itself. */
function isText(encoding: Json | undefined): boolean {
  return encoding === undefined || encoding === null || encoding === "utf-8";
}

function propertiesOf(parsed: JsonObject, properties: JsonObject): EnvelopeProperties {
  const { correlation_id, reply_to, delivery_mode, expiration } = properties;
  const expirationMs = expiration === undefined || expiration === null ? Number.NaN : Number(expiration);
  return {
    contentType: textOr(parsed["content-type"], "application/data"),
    contentEncoding: textOr(parsed["content-encoding"], "binary"),
    ...(typeof correlation_id === "string" ? { correlationId: correlation_id } : {}),
    ...(typeof reply_to === "string" ? { replyTo: reply_to } : {}),
    ...(delivery_mode === 1 || delivery_mode === 2 ? { deliveryMode: delivery_mode } : {}),
    ...(Number.isFinite(expirationMs) ? { expirationMs } : {}),
  };
}

const textOr = (value: Json | undefined, fallback: string) => (typeof value === "string" ? value : fallback);

function unreadable(raw: Buffer, why: string): ReadEnvelope {
  return {
    envelope: { headers: {}, properties: { contentType: "application/data", contentEncoding: "binary" }, body: raw },
    priority: priorityOf(0),
    redelivered: false,
    unreadable: why,
  };
}

/** Says of a message that it was handed out before, in the two places where Celery says so, and leaves all else as it is. */
export function markRedelivered(raw: string): string {
  let text = raw;
  for (const path of [["properties", "delivery_info"], ["headers"]]) {
    const inside = insideObject(text, path);
    if (inside === undefined) continue;
    const object = text.slice(inside - 1, endOfValue(text, inside - 1));
    if (!/"redelivered"\s*:\s*true/.test(object)) text = insertMember(text, inside, '"redelivered": true');
  }
  return text;
}

export interface UnackedEntry {
  readonly raw: string;
  readonly exchange: string;
  readonly routingKey: string;
}

/** Reads a value of the hash `unacked`: `[envelope, exchange, routing key]`. Undefined where it is none. */
export function readUnacked(value: string): UnackedEntry | undefined {
  const from = skipSpace(value, 1);
  const end = value.startsWith("[") ? endOfValue(value, from) : undefined;
  if (end === undefined) return undefined;
  try {
    const [exchange, routingKey] = JSON.parse(`[${value.slice(skipSpace(value, end) + 1)}`) as unknown[];
    if (typeof exchange !== "string" || typeof routingKey !== "string") return undefined;
    return { raw: value.slice(from, end), exchange, routingKey };
  } catch {
    return undefined;
  }
}
