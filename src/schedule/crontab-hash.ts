import type { FieldKey } from "./crontab-fields.ts";
import type { Hashed } from "./crontab-part.ts";

/**
 * The values that `H` stands for: always the same for one seed and field, spread evenly over seeds, and unrelated between the
 * fields of one seed.
 */
export function hashedValues({ from, to, step }: Hashed, seed: string, field: FieldKey): number[] {
  const hash = hashOf(`${field}\n${seed}`);
  if (step === undefined) return [from + (hash % (to - from + 1))];
  return valuesFrom(from + (hash % step), to, step);
}

/** Every answer that some seed has, each once. */
export function possibleValues({ from, to, step }: Hashed): number[][] {
  const count = step ?? to - from + 1;
  return Array.from({ length: count }, (_, index) =>
    valuesFrom(from + index, step === undefined ? from + index : to, step ?? 1),
  );
}

function valuesFrom(first: number, last: number, step: number): number[] {
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}

/** A number from 0 to 2^32 - 1: FNV-1a, stirred so that texts which differ in their last letter differ in every bit. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
