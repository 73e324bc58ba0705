import Box from "@mui/material/Box";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { Link } from "react-router-dom";
import { NoteLine } from "../../components/note-line.tsx";
import { ScrollTable } from "../../components/scroll-table.tsx";
import { When } from "../../components/when.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import { useMay } from "../../services/session.ts";
import type { QueueView } from "../../services/wire.ts";
import { useHoldMessages } from "./hold-messages.ts";
import { useWorkerMessages } from "./messages.ts";
import { QueueActions } from "./queue-actions.tsx";

/** Counts stop here. */
const cap = 10_000;

export function QueueTable({ queues }: { queues: readonly QueueView[] }) {
  const m = useWorkerMessages();
  const c = m.columns;
  const hold = useHoldMessages();
  const mayManage = useMay()("workers.manage");
  if (queues.length === 0) return <Box sx={{ color: "text.secondary" }}>{m.noQueues}</Box>;
  return (
    <ScrollTable
      columns={[
        { key: "queue", label: c.queue },
        { key: "ready", label: c.ready, isNumber: true },
        { key: "running", label: c.running, isNumber: true },
        { key: "scheduled", label: c.scheduled, isNumber: true, isWideOnly: true },
        { key: "held", label: c.held, isNumber: true, isWideOnly: true },
        { key: "served", label: c.served, isNumber: true },
        { key: "oldest", label: c.oldest },
        ...(mayManage ? [{ key: "actions", label: hold.actions }] : []),
      ]}
    >
      {queues.map((queue) => (
        <Row key={queue.name} queue={queue} mayManage={mayManage} />
      ))}
    </ScrollTable>
  );
}

function Row({ queue, mayManage }: { queue: QueueView; mayManage: boolean }) {
  const m = useWorkerMessages();
  const hold = useHoldMessages();
  const format = useFormat();
  const number = (value: number, state: string, className = "number") => (
    <TableCell className={className}>
      {value === 0 ? (
        <Box component="span" sx={{ color: "text.disabled" }}>
          0
        </Box>
      ) : (
        <Box
          component={Link}
          to={`/runs?queue=${encodeURIComponent(queue.name)}&state=${state}`}
          aria-label={`${m.runsOf(queue.name)}: ${value}`}
          sx={{ textDecorationColor: "text.disabled" }}
        >
          {m.count(format.number(value), queue.capped && value >= cap)}
        </Box>
      )}
    </TableCell>
  );
  const waits = queue.ready + queue.scheduled + queue.held;
  return (
    <TableRow hover>
      <TableCell>
        {queue.name}
        {queue.paused !== null && (
          <NoteLine state="held">
            {hold.pausedBy(queue.paused.by, queue.paused.reason)}
            {queue.paused.untilAt !== null && (
              <>
                {" · "}
                <When at={queue.paused.untilAt} />
              </>
            )}
          </NoteLine>
        )}
        {queue.workers === 0 && waits > 0 && <NoteLine state="missed">{m.noWorker}</NoteLine>}
      </TableCell>
      {number(queue.ready, "ready")}
      {number(queue.running, "running")}
      {number(queue.scheduled, "scheduled", "number wide-only")}
      {number(queue.held, "held", "number wide-only")}
      <TableCell className="number">{queue.workers}</TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        {queue.oldestReadyAt !== null && <When at={queue.oldestReadyAt} />}
      </TableCell>
      {mayManage && (
        <TableCell>
          <QueueActions queue={queue} />
        </TableCell>
      )}
    </TableRow>
  );
}
