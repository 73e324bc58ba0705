import type { App } from "../app/app.ts";
import { HyoshiError } from "../base/error.ts";

/** The id of a periodic task that is named by its id or its name; a name that looks like an id goes first. Fails with `not_found`. */
export async function findPeriodicTaskId({ readers, clock }: App, text: string): Promise<number> {
  const byName = await readers.periodicTasks.findIdByName(text);
  if (byName !== undefined) return byName;
  if (/^\d{1,15}$/.test(text) && (await readers.periodicTasks.find(Number(text), clock.now())) !== undefined) {
    return Number(text);
  }
  throw new HyoshiError("not_found", `there is no periodic task with the name or id '${text}'`);
}
