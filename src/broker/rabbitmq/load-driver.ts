import { optionalPackage } from "../../base/optional-package.ts";

export type AmqpDriver = Pick<typeof import("amqplib"), "connect">;

/** Fails with `driver_missing`. */
export function loadAmqpDriver(): Promise<AmqpDriver> {
  return optionalPackage("amqplib", "the broker's address asks for RabbitMQ", () => import("amqplib"));
}
