import { z } from "zod";
import { COUNT_CAP } from "../base/page.ts";

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
