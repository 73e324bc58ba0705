/** Fields of which each may be undefined. */
export type MaybeAbsent<T> = { readonly [Key in keyof T]: T[Key] | undefined };

/** The same without those that are undefined. A loop, since each message that is read passes through it several times. */
export function present<T extends object>(fields: MaybeAbsent<T>): T {
  const kept: Partial<T> = {};
  for (const name of Object.keys(fields) as (keyof T)[]) {
    const value = fields[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept as T;
}
