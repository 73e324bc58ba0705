import Box from "@mui/material/Box";
import { When } from "../../components/when.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import type { QueueView } from "../../services/wire.ts";
import { useWorkerMessages } from "./messages.ts";
import { QueueActions } from "./queue-actions.tsx";
import { QueueCount } from "./queue-count.tsx";
import { QueueNotes } from "./queue-notes.tsx";

/** The queues on a phone: name, numbers, and what can be done under the thumb. */
export function QueueRows({ queues, mayManage }: { queues: readonly QueueView[]; mayManage: boolean }) {
  return (
    <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, borderTop: 1, borderColor: "rule" }}>
      {queues.map((queue) => (
        <Row key={queue.name} queue={queue} mayManage={mayManage} />
      ))}
    </Box>
  );
}

function Row({ queue, mayManage }: { queue: QueueView; mayManage: boolean }) {
  const { columns: c } = useWorkerMessages();
  const format = useFormat();
  return (
    <Box component="li" sx={{ py: 1, borderBottom: 1, borderColor: "rule", display: "grid", gap: 0.5 }}>
      <Box sx={{ fontWeight: 500, overflowWrap: "anywhere" }}>{queue.name}</Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1.5, fontSize: 13, color: "text.secondary" }}>
        {(["ready", "running", "scheduled", "held"] as const)
          .filter((state) => queue[state] > 0 || state === "ready" || state === "running")
          .map((state) => (
            <span key={state}>
              {c[state]} <QueueCount queue={queue} state={state} />
            </span>
          ))}
        <span>
          {c.served} {format.number(queue.workers)}
        </span>
        {queue.oldestReadyAt !== null && (
          <span>
            {c.oldest} <When at={queue.oldestReadyAt} />
          </span>
        )}
      </Box>
      <QueueNotes queue={queue} />
      {mayManage && <QueueActions queue={queue} />}
    </Box>
  );
}
