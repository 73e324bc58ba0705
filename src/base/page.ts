import { HyoshiError } from "./error.ts";

/** A part of a list, and where to go on. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; absent on the last one. */
  readonly next?: string;
  /** Where it was asked for. Capped: there are more than `value`, or too many rows would have to be looked at. */
  readonly count?: { readonly value: number; readonly capped: boolean };
}

/** Counts stop here: an exact number beyond it would cost a walk over the whole table. */
export const COUNT_CAP = 10_000;

type Part = "text" | "number" | "number?";
type Value<P> = P extends "text" ? string : P extends "number" ? number : number | null;
export type Key<Shape extends readonly Part[]> = { -readonly [I in keyof Shape]: Value<Shape[I]> };

/** The key of the last item that the reader has, as an opaque text. `list` names the list and its order. */
export function encodeCursor(list: string, key: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString("base64url");
}

/** The key in a cursor of `list`. Fails with `invalid_cursor` when it is of another list or order, or none of ours. */
export function decodeCursor<const Shape extends readonly Part[]>(
  cursor: string,
  list: string,
  shape: Shape,
): Key<Shape> {
  const [name, ...key] = parsed(cursor);
  const fits = name === list && key.length === shape.length && key.every((value, index) => isPart(value, shape[index]));
  if (fits) return key as Key<Shape>;
  throw new HyoshiError(
    "invalid_cursor",
    "the cursor is not one of this list in this order: use 'next' of its page before",
    {
      fields: { path: "?after" },
    },
  );
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function isPart(value: unknown, part: Part | undefined): boolean {
  if (part === "text") return typeof value === "string";
  return Number.isSafeInteger(value) || (part === "number?" && value === null);
}
