import { connect } from "amqplib";
import type { Envelope } from "../../src/message/envelope.ts";

/** As many as hyoshi's own publisher has on their way. */
const WINDOW = 2_048;

/** What this RabbitMQ confirms for one Node process at best: persistent messages of these bytes to one durable queue, and nothing around them. */
export async function rawRabbitRate(
  url: string,
  { headers, properties, body }: Envelope,
  count: number,
): Promise<number> {
  const model = await connect(url);
  const channel = await model.createConfirmChannel();
  await channel.assertQueue("raw", { durable: true });
  const { contentType, contentEncoding, correlationId } = properties;
  const options = {
    ...{ headers, contentType, contentEncoding },
    ...(correlationId !== undefined && { correlationId }),
    deliveryMode: 2,
    mandatory: true,
  };
  const content = Buffer.from(body);
  const started = performance.now();
  const { promise: all, resolve } = Promise.withResolvers<void>();
  let [sent, done] = [0, 0];
  const more = () => {
    for (; sent < count && sent - done < WINDOW; sent += 1) {
      channel.publish("", "raw", content, options, () => {
        done += 1;
        if (done === count) resolve();
        else if (done % 100 === 0) more();
      });
    }
  };
  more();
  await all;
  const perSecond = count / ((performance.now() - started) / 1_000);
  await channel.deleteQueue("raw");
  await model.close();
  return perSecond;
}
