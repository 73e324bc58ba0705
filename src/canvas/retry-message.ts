import type { Instant } from "../base/clock.ts";
import type { CanvasMessage } from "./canvas-message.ts";

/**
 * The message that asks for another execution: the same id, one retry more, not before `eta`, all else as it was. As Celery writes it, a run that nobody sent
 * is its own parent then.
 */
export function retryMessage(run: CanvasMessage, eta: Instant): CanvasMessage {
  const { origin: _origin, ...kept } = run;
  return { ...kept, retries: run.retries + 1, eta, rootId: run.rootId ?? run.id, parentId: run.parentId ?? run.id };
}
