/** An error's class, or a text: the name of its class or of one of its parents, its `name`, or its `code`. */
export type ErrorMatcher = string | (abstract new (...args: never[]) => object);

/** Whether `error` is one of those that `matchers` name. Never fails, whatever was thrown. */
export function matchesError(matchers: readonly ErrorMatcher[], error: unknown): boolean {
  try {
    return matchers.some((matcher) =>
      typeof matcher === "string" ? isCalled(error, matcher) : error instanceof matcher,
    );
  } catch {
    // Getters and proxies may throw at being looked at.
    return false;
  }
}

/** By name too, because two copies of a library have two classes of one name, and a process's child sends errors as data. */
function isCalled(error: unknown, name: string): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { name: own, code } = error as { readonly name?: unknown; readonly code?: unknown };
  if (own === name || code === name) return true;
  for (let kind: unknown = Object.getPrototypeOf(error); kind !== null; kind = Object.getPrototypeOf(kind)) {
    if ((kind as { readonly constructor?: { readonly name?: unknown } }).constructor?.name === name) return true;
  }
  return false;
}

export function isErrorMatchers(value: unknown): value is readonly ErrorMatcher[] {
  if (!Array.isArray(value)) return false;
  return value.every((one) => typeof one === "function" || (typeof one === "string" && one.trim() !== ""));
}

/** How {@link isErrorMatchers} is said to people. */
export const ERROR_MATCHERS = "a list of error classes or their names";
