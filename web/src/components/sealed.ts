/** What a secret begins with that the server has sealed: nobody is shown more of it, and sent back it stays as it is. */
const SEALED = "hyoshi:sealed:";
const dots = "••••••";

export const isSealed = (value: unknown): value is string => typeof value === "string" && value.startsWith(SEALED);

/** The value for reading: dots in the place of each secret. */
export function withDots(value: unknown): unknown {
  if (isSealed(value)) return dots;
  if (Array.isArray(value)) return value.map(withDots);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withDots(part)]));
}

/** The same for a text that has secrets within it, as a worker displays its arguments. */
export const sealedAsDots = (text: string): string => text.replaceAll(/hyoshi:sealed:[\w:+/=.-]*/g, dots);

/** What lies at a JSON Pointer. */
export function valueAt(value: unknown, pointer: string): unknown {
  let at = value;
  for (const step of pointer.split("/").slice(1)) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<string, unknown>)[step.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return at;
}
