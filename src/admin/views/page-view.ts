import { decodeCursor, encodeCursor, type Page } from "../../base/page.ts";

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

interface Asked {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly count?: string | undefined;
}

/** A page of a list that is short enough to be read whole and is in the order of its numbers. */
export function pageOfList<Item>(
  name: string,
  all: readonly Item[],
  numberOf: (item: Item) => number,
  asked: Asked,
): Page<Item> {
  const from = asked.after === undefined ? undefined : decodeCursor(asked.after, name, ["number"])[0];
  const rest = from === undefined ? all : all.filter((item) => numberOf(item) > from);
  return cut(all, rest, asked, (item) => encodeCursor(name, [numberOf(item)]));
}

/** The same for one in the order of its names. */
export function pageOfNamed<Item extends { readonly name: string }>(
  name: string,
  all: readonly Item[],
  asked: Asked,
): Page<Item> {
  const from = asked.after === undefined ? undefined : decodeCursor(asked.after, name, ["text"])[0];
  const rest = from === undefined ? all : all.filter((item) => item.name > from);
  return cut(all, rest, asked, (item) => encodeCursor(name, [item.name]));
}

function cut<Item>(
  all: readonly Item[],
  rest: readonly Item[],
  { limit, count }: Asked,
  cursor: (last: Item) => string,
): Page<Item> {
  const items = rest.slice(0, limit);
  const last = rest.length > limit ? items.at(-1) : undefined;
  return {
    items,
    ...(last !== undefined && { next: cursor(last) }),
    ...(count === "true" && { count: { value: all.length, capped: false } }),
  };
}
