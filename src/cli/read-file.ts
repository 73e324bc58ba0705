import { readFileSync } from "node:fs";
import { HyoshiError, messageOf } from "../base/error.ts";

/** A file that a command's user named; `-` is the standard input. Fails with `usage`. */
export function readFile(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw new HyoshiError("usage", `the file '${path}' cannot be read: ${messageOf(error)}`);
  }
}
