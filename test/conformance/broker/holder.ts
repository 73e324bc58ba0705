/**
 * A process that takes messages and holds them until it is killed: `node holder.ts PROCESS QUEUE COUNT`, where PROCESS is a {@link BrokerProcess} as JSON.
 * Writes the ids that it holds as one line of JSON, once it has so many.
 */
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/logger.ts";
import type { Broker } from "../../../src/broker/broker.ts";
import type { BrokerProcess } from "./broker-bench.ts";

const [, , process_ = "", queue = "", count = ""] = process.argv;
const { module, name, settings } = JSON.parse(process_) as BrokerProcess;
const create = ((await import(module)) as Record<string, (settings: object) => Broker>)[name];
if (create === undefined) throw new Error(`${module} has no ${name}`);
const broker = create({ ...settings, clock: systemClock, logger: silentLogger });
const subscription = await broker.subscribe({ queues: [queue], prefetch: Number(count) });
const held: unknown[] = [];
while (held.length < Number(count)) {
  const some = await subscription.receive(Number(count), new AbortController().signal);
  held.push(...some.map(({ envelope }) => envelope.headers.id));
}
process.stdout.write(`${JSON.stringify(held)}\n`);
setInterval(() => {}, 1_000_000);
