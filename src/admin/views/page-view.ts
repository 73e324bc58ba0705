import type { Page } from "../../base/page.ts";

export interface PageView<View> {
  items: View[];
  next: string | null;
  count?: { value: number; capped: boolean };
}

export function pageViewOf<Item, View>(page: Page<Item>, view: (item: Item) => View): PageView<View> {
  const { items, next = null, count } = page;
  return { items: items.map(view), next, ...(count && { count: { ...count } }) };
}

type Given<T> = { [K in keyof T]?: NonNullable<T[K]> };

/** Without what was left open: the ports tell an absent filter from one that is undefined. */
export function given<T extends object>(filters: T): Given<T> {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Given<T>;
}

/** A page of a list that is short enough to be read whole: what comes after the name `after`. */
export function pageOfNamed<Item extends { readonly name: string }>(
  all: readonly Item[],
  { limit, after, count }: { limit: number; after?: string | undefined; count?: string | undefined },
  names: { readonly decode: (cursor: string) => string; readonly encode: (name: string) => string },
): Page<Item> {
  const from = after === undefined ? undefined : names.decode(after);
  const rest = from === undefined ? all : all.filter(({ name }) => name > from);
  const items = rest.slice(0, limit);
  const last = rest.length > limit ? items.at(-1) : undefined;
  return {
    items,
    ...(last && { next: names.encode(last.name) }),
    ...(count === "true" && { count: { value: all.length, capped: false } }),
  };
}
