import { randomFillSync } from "node:crypto";
import type { Instant } from "./clock.ts";

/** The only source of randomness. Pure code takes one as an argument. */
export interface Random {
  /** In [0, 1). */
  fraction(): number;
  bytes(length: number): Uint8Array;
}

export const systemRandom: Random = {
  fraction: () => Math.random(),
  bytes: (length) => randomFillSync(new Uint8Array(length)),
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

/** A UUIDv7: ids made later sort later, to the millisecond. */
export function uuidv7(now: Instant, random: Random): string {
  const bytes = random.bytes(16);
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 0xff;
  return formatUuid(bytes, 7);
}
