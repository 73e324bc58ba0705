import { Beat } from "../beat/beat.ts";
import type { App } from "./app.ts";
import { keepRegistered } from "./keep-registered.ts";

/** Starts a beat that is registered as alive; `stop` resolves when nothing of it is left. */
export async function startBeat(app: App): Promise<{ stop(): Promise<void> }> {
  const registered = await keepRegistered(app, { kind: "beat", info: {} });
  const beat = new Beat(app);
  await beat.start();
  return {
    async stop() {
      await beat.stop();
      await registered.leave();
    },
  };
}
