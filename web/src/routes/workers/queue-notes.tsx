import { NoteLine } from "../../components/note-line.tsx";
import { When } from "../../components/when.tsx";
import type { QueueView } from "../../services/wire.ts";
import { useHoldMessages } from "./hold-messages.ts";
import { useWorkerMessages } from "./messages.ts";

/** Why what lies in a queue does not go on. */
export function QueueNotes({ queue }: { queue: QueueView }) {
  const m = useWorkerMessages();
  const hold = useHoldMessages();
  const { paused } = queue;
  return (
    <>
      {paused !== null && (
        <NoteLine state="held">
          {hold.pausedBy(paused.by, paused.reason)}
          {paused.untilAt !== null && (
            <>
              {" · "}
              {hold.until} <When at={paused.untilAt} form="absolute" />
            </>
          )}
        </NoteLine>
      )}
      {queue.workers === 0 && queue.ready + queue.scheduled + queue.held > 0 && (
        <NoteLine state="missed">{m.noWorker}</NoteLine>
      )}
    </>
  );
}
