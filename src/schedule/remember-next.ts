import type { Instant } from "../base/clock.ts";
import type { Exception, Exceptions } from "./schedule.ts";

/**
 * Keeps the latest answer as long as it holds: beat asks for the next exception at each firing, and the answer is the same for weeks.
 *
 * @param search the first exception strictly after an instant
 * @param holdsTo until when "there is none" stays true, for an instant that it was found at
 */
export function rememberNext(search: Exceptions["next"], holdsTo: (after: Instant) => Instant): Exceptions["next"] {
  let recent: { readonly from: Instant; readonly to: Instant; readonly exception: Exception | undefined } | undefined;
  return (after) => {
    if (recent === undefined || after < recent.from || after >= recent.to) {
      const exception = search(after);
      recent = { from: after, to: exception?.at ?? holdsTo(after), exception };
    }
    return recent.exception;
  };
}
