import { plainObject, plainValue } from "../message/rich-value.ts";
import { isInputPayload, type Payload } from "../task/payload.ts";

/** What a task works with: arguments lie in the run's record as they lay on the wire, with Python's dates and the like tagged. */
export function plainPayload(payload: Payload): Payload {
  if (isInputPayload(payload)) return payload;
  return { args: payload.args.map(plainValue), kwargs: plainObject(payload.kwargs) };
}
