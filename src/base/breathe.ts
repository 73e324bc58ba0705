/** Lets everything else in this process have its turn: for long computations, between their parts. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
