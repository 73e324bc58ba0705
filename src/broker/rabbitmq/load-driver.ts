import { HyoshiError } from "../../base/error.ts";

export type AmqpDriver = Pick<typeof import("amqplib"), "connect">;

/** The driver is an optional peer: it is imported when an address asks for RabbitMQ, and not before. Fails with `driver_missing`. */
export async function loadAmqpDriver(): Promise<AmqpDriver> {
  try {
    return await import("amqplib");
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND")) throw cause;
    throw new HyoshiError(
      "driver_missing",
      "the broker's address asks for RabbitMQ, whose driver 'amqplib' is not installed: run 'npm install amqplib' in the project",
      { cause, fields: { package: "amqplib" } },
    );
  }
}
