import { Beat } from "../beat/beat.ts";
import { RENEW_EVERY_MS } from "../control/process-registry.ts";
import type { App } from "./app.ts";
import { startBrokerServices } from "./broker-services.ts";
import { keepRegistered } from "./keep-registered.ts";

/** Starts a beat that is registered as alive, and tells there how its loop does; `stop` resolves when nothing of it is left. */
export async function startBeat(app: App): Promise<{ stop(): Promise<void> }> {
  const beat = new Beat(app);
  const registered = await keepRegistered(app, { kind: "beat", info: { ...beat.report() } });
  let stopTelling = () => {};
  const tell = () => {
    registered.update({ ...beat.report() });
    stopTelling = app.clock.after(RENEW_EVERY_MS, tell);
  };
  const services = await startBrokerServices(app, true);
  await beat.start();
  tell();
  return {
    async stop() {
      stopTelling();
      await beat.stop();
      await services.stop();
      await registered.leave();
    },
  };
}
