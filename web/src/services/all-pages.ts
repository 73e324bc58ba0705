import { api, type Query } from "./api.ts";
import type { Page } from "./wire.ts";

/** Reads a list to its end, by pages of the largest size: for what is as long as the code or the people are many. */
export async function readAllPages<T>(path: string, signal: AbortSignal, query: Query = {}): Promise<T[]> {
  const items: T[] = [];
  let after: string | null = null;
  do {
    const page: Page<T> = await api.get<Page<T>>(path, { ...query, limit: 200, after }, signal);
    items.push(...page.items);
    after = page.next;
  } while (after !== null);
  return items;
}
