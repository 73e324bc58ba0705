import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/error.ts";
import type { Logger } from "../../base/logger.ts";
import type { Envelope } from "../../message/envelope.ts";
import { Changes } from "./changes.ts";
import { decodeEnvelope } from "./redis-envelope.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { isServerError, type RedisLink } from "./redis-link.ts";
import { AS_BYTES, redisScript, runScript } from "./redis-script.ts";

/**
 * Takes what lies in lists for good. KEYS: lists. ARGV: how many at most. Answers pairs: the list's place from 1, and what lay in it. Where nothing
 * does, a connection that tracks is told of what comes next.
 */
const takeForGood = redisScript(`
local taken = {}
for place, list in ipairs(KEYS) do
  while #taken < 2 * tonumber(ARGV[1]) do
    local raw = redis.pcall('RPOP', list)
    if type(raw) ~= 'string' then break end
    taken[#taken + 1] = place
    taken[#taken + 1] = raw
  end
end
if #taken == 0 then redis.call('EXISTS', unpack(KEYS)) end
return taken`);

export interface ListReceiverParts {
  readonly keys: RedisKeys;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly openLink: (hooks: {
    readonly invalidated: () => void;
    readonly connected: () => Promise<void>;
  }) => RedisLink;
}

const AT_ONCE = 100;

/** Hears what comes into queues of this process's own, without receipts: replies, and results of `rpc://`. All queues share one connection. */
export class ListReceiver {
  readonly #parts: ListReceiverParts;
  readonly #hearers = new Map<string, (envelope: Envelope) => void>();
  #link: RedisLink | undefined;
  #isRunning = false;
  #isClosed = false;
  readonly #changes: Changes;

  constructor(parts: ListReceiverParts) {
    this.#parts = parts;
    this.#changes = new Changes(parts.clock);
  }

  add(queue: string, hear: (envelope: Envelope) => void): void {
    this.#hearers.set(queue, hear);
    if (!this.#isRunning) void this.#run();
    this.#changes.tell();
  }

  remove(queue: string): void {
    this.#hearers.delete(queue);
    this.#changes.tell();
  }

  close(): void {
    this.#isClosed = true;
    this.#link?.close();
    this.#changes.tell();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    this.#link ??= this.#parts.openLink({
      invalidated: () => this.#changes.tell(),
      connected: async () => this.#changes.tell(),
    });
    while (this.#hearers.size > 0 && !this.#isClosed) {
      const seen = this.#changes.count;
      const count = await this.#take(this.#link).catch((error: unknown) => {
        if (isServerError(error)) {
          this.#parts.logger.error({ why: messageOf(error) }, "Redis refuses to hand out replies");
        }
        return 0;
      });
      if (count === 0) await this.#changes.after(seen, this.#link);
    }
    this.#isRunning = false;
  }

  async #take(link: RedisLink): Promise<number> {
    const { keys } = this.#parts;
    const queues = [...this.#hearers.keys()];
    const lists = queues.flatMap((queue) => keys.lists(queue));
    const perQueue = lists.length / queues.length;
    const client = await link.client();
    const call = { keys: lists, values: [String(AT_ONCE)] };
    const taken = (await runScript(client, takeForGood, call, AS_BYTES)) as (number | Buffer)[];
    for (let at = 0; at < taken.length; at += 2) {
      const queue = queues[Math.floor((Number(taken[at]) - 1) / perQueue)] ?? "";
      const { envelope, unreadable } = decodeEnvelope(taken[at + 1] as Buffer);
      if (unreadable === undefined) this.#hearers.get(queue)?.(envelope);
    }
    return taken.length;
  }
}
