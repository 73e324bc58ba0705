import { didYouMean } from "../base/did-you-mean.ts";
import type { SendOptions } from "../task/send.ts";
import { invalidSendOption } from "./send-times.ts";

const names: { readonly [Name in keyof Required<SendOptions>]: true } = {
  countdown: true,
  eta: true,
  expires: true,
  queue: true,
  priority: true,
  key: true,
  timeLimitMs: true,
  softTimeLimitMs: true,
  unique: true,
  transaction: true,
  detached: true,
  headers: true,
};

/** What is misspelt would else be left out without a word. Fails with `invalid_send_option`. */
export function checkOptionNames(options: SendOptions): void {
  for (const name in options) {
    if (Object.hasOwn(names, name)) continue;
    const known = Object.keys(names);
    throw invalidSendOption(
      name,
      options[name as keyof SendOptions],
      `one of ${known.join(", ")}${didYouMean(name, known)}`,
    );
  }
}
