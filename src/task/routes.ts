/** Sends the runs of some tasks to a queue. */
export interface Route {
  /** A task's name; with `*` for any characters and `?` for one, a pattern of names; or a regular expression. */
  readonly task: string | RegExp;
  readonly queue: string;
}

/** Which queue a task's runs go to where neither the call, the periodic task nor the task itself names one. */
export type QueueOf = (task: string) => string;

/** The first route that fits a name is its route; what none fits goes to the default queue. */
export function queueByRoutes({
  routes,
  defaultQueue,
}: {
  readonly routes: readonly Route[];
  readonly defaultQueue: string;
}): QueueOf {
  const known = routes.map(({ task, queue }) => ({ fits: matcher(task), queue }));
  return (task) => known.find(({ fits }) => fits(task))?.queue ?? defaultQueue;
}

function matcher(pattern: string | RegExp): (name: string) => boolean {
  if (pattern instanceof RegExp) {
    // One that remembers where it stopped would fit every other time.
    const plain = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
    return (name) => plain.test(name);
  }
  if (!/[*?]/.test(pattern)) return (name) => name === pattern;
  const parts = [...pattern].map((char) => (char === "*" ? ".*" : char === "?" ? "." : char.replace(/[\W_]/u, "\\$&")));
  const whole = new RegExp(`^${parts.join("").replace(/\\_/g, "_")}$`, "s");
  return (name) => whole.test(name);
}
