import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Gives back what starting has left behind: the engine collects late what is old, and an idle service would keep 50 MB that it never looks at again. It takes
 * some tens of milliseconds, once.
 */
export function collectStartUpGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  collect();
}
