import type { Instant } from "../base/clock.ts";
import type { CanvasMessage } from "./canvas-message.ts";

/** The message that asks for another execution: the same id, one retry more, not before `eta`. */
export declare function retryMessage(run: CanvasMessage, eta: Instant): CanvasMessage;
