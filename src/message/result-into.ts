import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";

/**
 * The header that says which property of a task's input the one argument fills that a run is given by what comes before it: its name, or an empty text where the argument is the
 * input itself, or as much of it as the keyword arguments leave open. Celery's workers hand it on with the signature.
 */
export const RESULT_INTO = "hyoshi-into";

/** The input that a message of such a run means; undefined where it has more arguments than one, and its task is to make of them what it can. */
export function inputFor(
  into: string,
  { args, kwargs }: { readonly args: readonly Json[]; readonly kwargs: JsonObject },
): Json | undefined {
  if (args.length === 0) return kwargs;
  const [given = null] = args;
  if (args.length > 1) return undefined;
  if (into !== "") return { ...kwargs, [into]: given };
  if (Object.keys(kwargs).length === 0) return given;
  return isJsonObject(given) ? { ...given, ...kwargs } : undefined;
}
