import { randomFillSync } from "node:crypto";
import type { Instant } from "./clock.ts";

/** The only source of randomness. Pure code takes one as an argument. */
export interface Random {
  /** In [0, 1). */
  fraction(): number;
  bytes(length: number): Uint8Array;
}

/** Random bytes ahead: each call of the system's source costs more than a hundred of them. */
const ahead = new Uint8Array(4_096);
let used = ahead.length;

export const systemRandom: Random = {
  fraction: () => Math.random(),
  bytes(length) {
    if (length > 64) return randomFillSync(new Uint8Array(length));
    if (used + length > ahead.length) {
      randomFillSync(ahead);
      used = 0;
    }
    used += length;
    return ahead.slice(used - length, used);
  },
};

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The text of 16 bytes as a UUID of the given version (RFC 9562), whose version and variant bits are set here. */
export function formatUuid(bytes: Uint8Array, version: 7 | 8): string {
  let text = "";
  for (let i = 0; i < 16; i += 1) {
    let byte = bytes[i] ?? 0;
    if (i === 6) byte = (version << 4) | (byte & 0x0f);
    if (i === 8) byte = 0x80 | (byte & 0x3f);
    if (i === 4 || i === 6 || i === 8 || i === 10) text += "-";
    text += hexOf[byte];
  }
  return text;
}

/** Ids that one process makes in one millisecond before the next one is borrowed. */
const COUNTS = 4096;
/** A clock that is set back by more than this is followed; within it ids go on growing. */
const FOLLOW_BACK_MS = 10_000;
let lastMs: Instant = 0;
let count = 0;

/**
 * A UUIDv7 whose ids grow within the process, by a counter in the place of its first random bits (RFC 9562, 6.2, method 1): rows that are
 * added together lie together in every index by id. Random ones within a millisecond wrote eight times as much.
 */
export function uuidv7(now: Instant, random: Random): string {
  const bytes = random.bytes(16);
  if (now > lastMs || now < lastMs - FOLLOW_BACK_MS) {
    lastMs = now;
    // Half of the counter is left to count up in.
    count = (((bytes[6] ?? 0) << 8) | (bytes[7] ?? 0)) % (COUNTS / 2);
  } else {
    count += 1;
    if (count === COUNTS) {
      count = 0;
      lastMs += 1;
    }
  }
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(lastMs / 2 ** (8 * (5 - i))) & 0xff;
  bytes[6] = count >> 8;
  bytes[7] = count & 0xff;
  return formatUuid(bytes, 7);
}
