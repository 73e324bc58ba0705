export interface Difference {
  /** Names from the root to the value, a list's places as numbers. */
  path: readonly (string | number)[];
  /** `undefined`: it was not there. */
  before: unknown;
  after: unknown;
}

const isBranch = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Nothing said, in whichever way. */
function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return isBranch(value) && Object.keys(value).length === 0;
}

/** What differs between two JSON values, at the deepest place that both have. */
export function diffValues(before: unknown, after: unknown, path: readonly (string | number)[] = []): Difference[] {
  if (Object.is(before, after) || (isBlank(before) && isBlank(after))) return [];
  if (!isBranch(before) || !isBranch(after) || Array.isArray(before) !== Array.isArray(after)) {
    return [{ path, before, after }];
  }
  const isList = Array.isArray(before);
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) =>
    diffValues((before as Record<string, unknown>)[key], (after as Record<string, unknown>)[key], [
      ...path,
      isList ? Number(key) : key,
    ]),
  );
}
