import type { Delivery } from "../broker.ts";
import { decodeEnvelope, markRedelivered, readUnacked } from "./redis-envelope.ts";
import { type RedisKeys, stepOf, wirePriority } from "./redis-keys.ts";
import type { PutBack } from "./settler.ts";

/** A message that this process holds, with what is needed to put it back. */
export interface ClaimedMessage {
  readonly delivery: Delivery;
  readonly list: string;
  readonly raw: Buffer;
  /** It was taken for an envelope and lies among the messages, where Python's consumers would stumble over it. */
  readonly isMisplaced: boolean;
}

export interface Claimed {
  readonly tag: string;
  readonly queue: string;
  readonly list: string;
  readonly raw: Buffer;
  readonly isPutAside: boolean;
}

export function claimedMessage({ tag, queue, list, raw, isPutAside }: Claimed): ClaimedMessage {
  const { unreadable, ...read } = decodeEnvelope(raw);
  return {
    delivery: { tag, queue, ...read, ...(unreadable === undefined ? {} : { unreadable }) },
    list,
    raw,
    isMisplaced: unreadable !== undefined && !isPutAside,
  };
}

/** From the hash `unacked`, where the answer to the claim was lost. Undefined where it is no message. */
export function recoveredMessage(tag: string, value: Buffer, keys: RedisKeys): ClaimedMessage | undefined {
  const entry = readUnacked(value.toString());
  if (entry === undefined) return undefined;
  const raw = Buffer.from(entry.raw);
  const step = stepOf(wirePriority(decodeEnvelope(raw).priority));
  const list = keys.list(entry.routingKey, step);
  return claimedMessage({ tag, queue: entry.routingKey, list, raw, isPutAside: false });
}

/** What is kept of what is no message: where it lay, and what it was. */
export function unreadableValue(list: string, raw: Buffer): Buffer {
  const key = Buffer.from(list);
  return Buffer.concat([Buffer.from(`${key.length}:`), key, raw]);
}

export function readUnreadable(value: Buffer): { readonly list: string; readonly raw: Buffer } {
  const colon = value.indexOf(":");
  const from = colon + 1 + Number(value.toString("latin1", 0, colon));
  return { list: value.toString("utf8", colon + 1, from), raw: value.subarray(from) };
}

/** As it goes back into its list: said to be redelivered, if it is a message. */
export function putBackOf({ delivery: { tag, unreadable }, list, raw }: ClaimedMessage): PutBack {
  return { tag, list, raw: unreadable === undefined ? markRedelivered(raw.toString()) : raw };
}
