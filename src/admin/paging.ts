import { z } from "zod";
import { HyoshiError } from "../base/error.ts";

/** Counts stop here: an exact number beyond it would cost a walk over the whole table. */
export const COUNT_CAP = 10_000;

/** The key of the last item that the reader has, as an opaque text for `?after=`. */
export function cursorOf(...key: readonly (string | number | boolean | null)[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** The key in a cursor, checked against the shape that this list's keys have. Throws `invalid_cursor`. */
export function keyOf<T extends z.ZodType>(cursor: string, shape: T): z.output<T> {
  const parsed = shape.safeParse(parse(cursor));
  if (parsed.success) return parsed.data;
  throw new HyoshiError("invalid_cursor", "the cursor is not one of this list: use 'next' of its page before", {
    fields: { path: "?after" },
  });
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}

/** A page of at most `limit` from one more than that, which tells whether there is a next one. */
export function pageOf<Item, View>(
  found: readonly Item[],
  limit: number,
  cursor: (last: Item) => string,
  view: (item: Item) => View,
): { items: View[]; next: string | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const next = found.length > limit && last !== undefined ? cursor(last) : null;
  return { items: items.map(view), next };
}

/** `counted` must have counted one further than the cap. */
export const countOf = (counted: number): { value: number; capped: boolean } => ({
  value: Math.min(counted, COUNT_CAP),
  capped: counted > COUNT_CAP,
});

/** The parameter `id` of a route whose ids are ours. Anything else is an address at which there is nothing. */
export const idParameter = z.object({
  id: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/)
    .transform(Number),
});
