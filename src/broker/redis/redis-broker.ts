import { randomUUID } from "node:crypto";
import { systemRandom } from "../../base/random.ts";
import { parseRedisAddress } from "../../database/redis/redis-address.ts";
import type {
  Broker,
  BrokerCapabilities,
  BrokerState,
  OutgoingMessage,
  PublishAnswer,
  Subscription,
} from "../broker.ts";
import { ListReceiver } from "./list-receiver.ts";
import { RedisBus } from "./redis-bus.ts";
import { RedisKeys } from "./redis-keys.ts";
import { RedisLink, type RedisLinkHooks } from "./redis-link.ts";
import { RedisPublisher } from "./redis-publisher.ts";
import { redisScript, runScript } from "./redis-script.ts";
import type { RedisBrokerSettings, ResolvedSettings } from "./redis-settings.ts";
import { RedisSubscription } from "./redis-subscription.ts";
import { RestoreSweep } from "./restore-sweep.ts";

const VISIBILITY_TIMEOUT_MS = 3_600_000;
const CONNECT_TIMEOUT_MS = 10_000;
const LEASE_MS = 30_000;

/** KEYS: lists. Empties them, and answers how much lay in them. */
const purgeLists = redisScript(`
local count = 0
for _, list in ipairs(KEYS) do
  count = count + redis.call('LLEN', list)
  redis.call('DEL', list)
end
return count`);

/**
 * Queues on a Redis server, in the keys and bytes of Celery's Redis transport, so that Python workers and clients share them. Connects at its first use. Fails
 * at once with `invalid_address`, and when it is used with `driver_missing` and `broker_away`.
 */
export function createRedisBroker(settings: RedisBrokerSettings): RedisBroker {
  return new RedisBroker(settings);
}

export class RedisBroker implements Broker {
  static readonly capabilities: BrokerCapabilities = {
    name: "redis",
    priorities: true,
    keepsOrder: true,
    returnsOnDisconnect: false,
  };

  readonly capabilities = RedisBroker.capabilities;
  readonly bus: RedisBus;
  readonly #settings: ResolvedSettings;
  readonly #keys: RedisKeys;
  readonly #commands: RedisLink;
  readonly #publisher: RedisPublisher;
  readonly #sweep: RestoreSweep;
  readonly #openLink: (hooks: RedisLinkHooks) => RedisLink;
  readonly #subscriptions = new Set<RedisSubscription>();

  constructor({ url, keyPrefix = "", ...settings }: RedisBrokerSettings) {
    const resolved: ResolvedSettings = {
      random: systemRandom,
      visibilityTimeoutMs: VISIBILITY_TIMEOUT_MS,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      leaseMs: LEASE_MS,
      ...settings,
    };
    const address = parseRedisAddress(url);
    const keys = new RedisKeys(keyPrefix, address.database);
    const openLink = (hooks: RedisLinkHooks) => new RedisLink({ ...resolved, address }, hooks);
    const commands = openLink({
      purpose: "messages",
      connected: async (client) => {
        await this.bus.connected(client);
        await this.#warnOfEviction(client);
      },
    });
    const { clock, logger } = resolved;
    const newId = () => randomUUID();
    const receiver = new ListReceiver({
      keys,
      clock,
      logger,
      openLink: (hooks) => openLink({ purpose: "replies", ...hooks }),
    });
    this.#settings = resolved;
    this.#keys = keys;
    this.#commands = commands;
    this.#openLink = openLink;
    this.#publisher = new RedisPublisher({ keys, link: commands, logger, newId });
    this.#sweep = new RestoreSweep({ settings: resolved, keys, commands, newId });
    this.bus = new RedisBus({
      keys,
      logger,
      commands,
      receiver,
      newId,
      openChannels: (connected) => openLink({ purpose: "events", connected }),
    });
  }

  publish(messages: readonly OutgoingMessage[]): Promise<readonly PublishAnswer[]> {
    return this.#publisher.publish(messages);
  }

  /** Resolves at once: a server that is away is waited for by `receive`. */
  async subscribe(options: { readonly queues: readonly string[]; readonly prefetch: number }): Promise<Subscription> {
    const parts = {
      settings: this.#settings,
      keys: this.#keys,
      commands: this.#commands,
      openClaims: (hooks: Omit<RedisLinkHooks, "purpose">) => this.#openLink({ purpose: "claims", ...hooks }),
      newId: () => randomUUID(),
      closed: () => {
        this.#subscriptions.delete(subscription);
        if (this.#subscriptions.size === 0) this.#sweep.stop();
      },
    };
    const subscription = new RedisSubscription(parts, options);
    this.#subscriptions.add(subscription);
    this.#sweep.start();
    return subscription;
  }

  async depth(queue: string): Promise<number> {
    const lists = this.#keys.lists(queue);
    const lengths = await this.#commands.ask((client) =>
      Promise.all(lists.map((list) => client.sendCommand(["LLEN", list]))),
    );
    return lengths.reduce((sum: number, length) => sum + Number(length), 0);
  }

  async purge(queue: string): Promise<number> {
    const call = { keys: this.#keys.lists(queue), values: [] };
    return Number(await this.#commands.ask((client) => runScript(client, purgeLists, call)));
  }

  state(): BrokerState {
    const { state } = this.#commands;
    const { problem } = this.#publisher;
    if (state.kind === "connected" && problem !== undefined) return { kind: "away", sinceMs: 0, why: problem };
    return state;
  }

  /** Ends its subscriptions, which give back what they hold. */
  async close(): Promise<void> {
    for (const subscription of [...this.#subscriptions]) await subscription[Symbol.asyncDispose]();
    this.bus.close();
    this.#commands.close();
  }

  /** Queues must not be evicted like a cache's entries. */
  async #warnOfEviction(client: { sendCommand(args: string[]): Promise<unknown> }): Promise<void> {
    const info = String(await client.sendCommand(["INFO", "memory"]).catch(() => ""));
    const [, policy = ""] = /^maxmemory_policy:(\S+)/m.exec(info) ?? [];
    if (!policy.startsWith("allkeys-") || /^maxmemory:0\s*$/m.test(info)) return;
    const text = "Redis throws away messages when its memory is full: set its maxmemory-policy to noeviction";
    this.#settings.logger.warn({ policy }, text);
  }
}
