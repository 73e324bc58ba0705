import type { BusExchange } from "../bus.ts";

/** What Celery's Redis transport puts between the parts of a name. */
export const SEPARATOR = "\x06\x16";
/** The priorities that have a list of their own, on the wire: lower ones are handed out first. */
export const STEPS = [0, 3, 6, 9] as const;

const HIGHEST = 9;

/** The names of keys and channels, as Celery makes them: its prefix stands before everything, with nothing between. */
export class RedisKeys {
  readonly #prefix: string;
  readonly #database: number;
  readonly unacked: string;
  readonly unackedIndex: string;
  readonly unackedMutex: string;
  /** hyoshi's own: consumers by the end of their lease. */
  readonly consumers: string;
  /** hyoshi's own: per consumer, the first number that a claim may still give. */
  readonly floors: string;
  /** hyoshi's own: what lay in a queue and is no message, by who has it. */
  readonly unreadable: string;

  constructor(prefix: string, database: number) {
    this.#prefix = prefix;
    this.#database = database;
    this.unacked = `${prefix}unacked`;
    this.unackedIndex = `${prefix}unacked_index`;
    this.unackedMutex = `${prefix}unacked_mutex`;
    this.consumers = `${prefix}hyoshi:consumers`;
    this.floors = `${prefix}hyoshi:floors`;
    this.unreadable = `${prefix}hyoshi:unreadable`;
  }

  /** A queue's list for a step: that of step 0 has the queue's own name. */
  list(queue: string, step: number): string {
    return this.#prefix + (step === 0 ? queue : `${queue}${SEPARATOR}${step}`);
  }

  /** The queue that a list belongs to. */
  queueOf(list: string): string {
    const name = list.slice(this.#prefix.length);
    const separator = name.lastIndexOf(SEPARATOR);
    return separator === -1 ? name : name.slice(0, separator);
  }

  /** All lists of a queue, first those that are handed out first. */
  lists(queue: string): string[] {
    return STEPS.map((step) => this.list(queue, step));
  }

  /** The set of an exchange's bindings. */
  binding(exchange: string): string {
    return `${this.#prefix}_kombu.binding.${exchange}`;
  }

  /** Where an exchange's messages are published to whoever listens now. */
  channel(exchange: BusExchange, routingKey: string): string {
    return `${this.#channelOf(exchange)}${routingKey === "" ? "" : `/${routingKey}`}`;
  }

  /** The pattern under which a topic's channels are subscribed to. */
  pattern(exchange: BusExchange, topic: string): string {
    const own = escapeGlob(this.#channelOf(exchange));
    return topic === "" ? own : `${own}/${escapeGlob(topic).replaceAll("#", "*")}`;
  }

  /** Of a channel, as it was published with. */
  routingKeyOf(exchange: BusExchange, channel: string): string {
    return channel.slice(this.#channelOf(exchange).length + 1);
  }

  #channelOf(exchange: BusExchange): string {
    return `${this.#prefix}/${this.#database}.${exchange}`;
  }
}

/** A member of an exchange's bindings; the pattern is empty but for topics. */
export function bindingMember(routingKey: string, queue: string): string {
  return [routingKey, "", queue].join(SEPARATOR);
}

export interface Binding {
  readonly routingKey: string;
  /** A regular expression, for topics. */
  readonly pattern: string;
  readonly queue: string;
}

export function parseBinding(member: string): Binding {
  const [routingKey = "", pattern = "", queue = ""] = member.split(SEPARATOR);
  return { routingKey, pattern, queue };
}

/** hyoshi's priorities are higher first, Celery's on Redis lower first. */
export function wirePriority(priority: number): number {
  return HIGHEST - clamp(priority);
}

export function priorityOf(wire: unknown): number {
  return HIGHEST - clamp(typeof wire === "number" ? wire : 0);
}

/** The greatest step that is not above a priority on the wire. */
export function stepOf(wire: number): number {
  return STEPS.findLast((step) => step <= clamp(wire)) ?? 0;
}

function clamp(priority: number): number {
  return Math.min(Math.max(Math.trunc(priority), 0), HIGHEST);
}

function escapeGlob(text: string): string {
  return text.replaceAll(/[[\]*?\\]/g, "\\$&");
}
