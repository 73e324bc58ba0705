/** What `ctx.replace()` throws: the attempt ends, and the run waits for what was sent in its place. */
export class ReplaceRequest extends Error {
  /** The run, or group, whose result is the run's. */
  readonly by: string;

  constructor(by: string) {
    super(`it waits for ${by}, which was sent in its place`);
    this.name = "Replaced";
    this.by = by;
  }
}

/** Never fails, whatever was thrown: a proxy may throw at being looked at. */
export function replaceRequestOf(thrown: unknown): ReplaceRequest | undefined {
  try {
    return thrown instanceof ReplaceRequest ? thrown : undefined;
  } catch {
    return undefined;
  }
}
