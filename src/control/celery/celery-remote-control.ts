import type { Clock } from "../../base/clock.ts";
import type { Json } from "../../base/json.ts";
import { type Random, uuidv7 } from "../../base/random.ts";
import type { Bus } from "../../broker/bus.ts";
import type { RemoteControl, RemoteReplies, RemoteRequest } from "../remote-control.ts";
import { LogicalClock } from "./logical-clock.ts";
import { readReply, requestEnvelope } from "./pidbox.ts";

const REPLIES_WITHIN_MS = 1_000;

export interface CeleryRemoteControlParts {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
}

/** Remote control over a broker's bus, as Celery's own clients do it. */
export class CeleryRemoteControl implements RemoteControl {
  readonly #parts: CeleryRemoteControlParts;
  readonly #logical = new LogicalClock();

  constructor(parts: CeleryRemoteControlParts) {
    this.#parts = parts;
  }

  async ask(request: RemoteRequest): Promise<RemoteReplies> {
    const { bus, clock, random } = this.#parts;
    const { timeoutMs = REPLIES_WITHIN_MS, to } = request;
    if (to?.length === 0) return new Map();
    const key = uuidv7(clock.now(), random);
    const replies = new Map<string, Json>();
    const { promise: all, resolve } = Promise.withResolvers<void>();
    const listening = await bus.receiveReplies(key, (envelope) => {
      this.#logical.hear(envelope.headers.clock);
      const reply = readReply(envelope);
      if (reply?.ticket !== key) return;
      for (const [node, value] of Object.entries(reply.replies)) replies.set(node, value);
      if (to?.every((node) => replies.has(node))) resolve();
    });
    try {
      await this.#publish(request, { routingKey: key, ticket: key }, timeoutMs);
      const stopTimer = clock.after(timeoutMs, resolve);
      await all;
      stopTimer();
    } finally {
      await listening[Symbol.asyncDispose]();
    }
    return new Map([...replies].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async tell(request: Omit<RemoteRequest, "timeoutMs">): Promise<void> {
    await this.#publish(request, undefined, REPLIES_WITHIN_MS);
  }

  async #publish(
    { command, arguments: given = {}, to }: Omit<RemoteRequest, "timeoutMs">,
    reply: { readonly routingKey: string; readonly ticket: string } | undefined,
    timeoutMs: number,
  ): Promise<void> {
    const { bus, clock } = this.#parts;
    // Celery's `terminate` is a `revoke` that terminates; older workers know it by that name alone.
    const isTerminate = command === "terminate";
    const body = {
      method: isTerminate ? "revoke" : command,
      arguments: isTerminate ? { signal: "SIGTERM", ...given, terminate: true } : given,
      destination: to === undefined ? null : [...to],
      ...(reply !== undefined && { reply }),
    };
    const expires = (clock.now() + timeoutMs) / 1000;
    await bus.publish("celery.pidbox", "", requestEnvelope(body, { clock: this.#logical.tick(), expires }));
  }
}
