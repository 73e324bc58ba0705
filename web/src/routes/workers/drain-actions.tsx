import Button from "@mui/material/Button";
import { useState } from "react";
import { NoteLine } from "../../components/note-line.tsx";
import { PauseDialog } from "../../components/pause-dialog.tsx";
import { useToast } from "../../components/toast.tsx";
import { When } from "../../components/when.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import type { WorkerView } from "../../services/wire.ts";
import { drain, endDrain } from "../../services/workers.ts";
import { useHoldMessages } from "./hold-messages.ts";

/** Lets a worker, or all of its host, take nothing more, and take again. */
export function DrainActions({ worker }: { worker: WorkerView }) {
  const m = useHoldMessages();
  const toast = useToast();
  const [asking, setAsking] = useState<"worker" | "host">();
  const held = worker.drain;
  const resume = async () => {
    if (held === null || held.scope === "queue") return;
    try {
      await endDrain(held.scope, held.scopeId);
      const { scope, scopeId: name, reason, untilAt } = held;
      toast.say(m.resumed(name), () => {
        drain({ scope, name, reason, untilAt }).catch((error: unknown) => toast.fail(error));
      });
    } catch (error) {
      toast.fail(error);
    }
  };
  if (held !== null) {
    return (
      <Button aria-label={held.scope === "host" ? undefined : m.resumeThat(held.scopeId)} onClick={() => void resume()}>
        {held.scope === "host" ? m.resumeHost(held.scopeId) : m.resume}
      </Button>
    );
  }
  return (
    <>
      <Button onClick={() => setAsking("worker")}>{m.drainWorker}</Button>
      <Button onClick={() => setAsking("host")}>{m.drainHost(worker.host)}</Button>
      {asking !== undefined && (
        <PauseDialog
          title={asking === "worker" ? m.drainWorker : m.drainHost(worker.host)}
          about={asking === "worker" ? m.drainAbout : m.drainHostAbout}
          action={m.drain}
          pause={async (how) => {
            const name = asking === "worker" ? worker.name : worker.host;
            await drain({ scope: asking, name, ...how });
            toast.say(m.drained(name), () => {
              endDrain(asking, name).catch((error: unknown) => toast.fail(error));
            });
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}

/** Whether it takes nothing, and why. */
export function DrainLine({ worker }: { worker: WorkerView }) {
  const m = useHoldMessages();
  const format = useFormat();
  if (worker.drain === null || !worker.live) return null;
  const { by, reason, untilAt } = worker.drain;
  return (
    <NoteLine state="held">
      {worker.running === 0 ? m.drainedNow(by, reason) : m.drainingNow(by, reason, format.number(worker.running))}
      {untilAt !== null && (
        <>
          {" · "}
          {m.until} <When at={untilAt} form="absolute" />
        </>
      )}
    </NoteLine>
  );
}
