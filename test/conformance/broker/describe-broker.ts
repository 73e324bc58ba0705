import { afterEach, beforeEach, describe } from "vitest";
import type { BrokerCapabilities } from "../../../src/broker/broker.ts";
import { type BrokerBench, Cases } from "./broker-bench.ts";
import { losing } from "./losing.ts";
import { sendingAndReceiving } from "./sending-and-receiving.ts";
import { settling } from "./settling.ts";
import { talkingOnTheBus } from "./talking-on-the-bus.ts";

export interface BrokerTraits extends BrokerCapabilities {
  /** What is given back is the next to be handed out, in its old order. */
  readonly givesBackInFront: boolean;
}

/** What every broker's adapter keeps. `open` makes a new one for each test; all of them may be on one server, on which no test sees another's queues. */
export function describeBroker(name: string, traits: BrokerTraits, open: () => Promise<BrokerBench>): void {
  describe(`the broker ${name}`, () => {
    let cases: Cases;
    beforeEach(async () => {
      cases = new Cases(await open());
    });
    afterEach(() => cases.close());

    sendingAndReceiving(() => cases, traits);
    settling(() => cases, traits);
    losing(() => cases, traits);
    talkingOnTheBus(() => cases);
  });
}
