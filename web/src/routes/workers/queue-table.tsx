import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import useMediaQuery from "@mui/material/useMediaQuery";
import { ScrollTable } from "../../components/scroll-table.tsx";
import { When } from "../../components/when.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import { useMay } from "../../services/session.ts";
import type { QueueView } from "../../services/wire.ts";
import { useHoldMessages } from "./hold-messages.ts";
import { useWorkerMessages } from "./messages.ts";
import { QueueActions } from "./queue-actions.tsx";
import { QueueCount } from "./queue-count.tsx";
import { QueueNotes } from "./queue-notes.tsx";
import { QueueRows } from "./queue-rows.tsx";

export function QueueTable({ queues }: { queues: readonly QueueView[] }) {
  const m = useWorkerMessages();
  const c = m.columns;
  const hold = useHoldMessages();
  const mayManage = useMay()("workers.manage");
  const isNarrow = useMediaQuery(useTheme().breakpoints.down("md"));
  if (queues.length === 0) return <Box sx={{ color: "text.secondary" }}>{m.noQueues}</Box>;
  if (isNarrow) return <QueueRows queues={queues} mayManage={mayManage} />;
  return (
    <ScrollTable
      columns={[
        { key: "queue", label: c.queue },
        { key: "ready", label: c.ready, isNumber: true },
        { key: "running", label: c.running, isNumber: true },
        { key: "scheduled", label: c.scheduled, isNumber: true },
        { key: "held", label: c.held, isNumber: true },
        { key: "served", label: c.served, isNumber: true },
        { key: "oldest", label: c.oldest },
        ...(mayManage ? [{ key: "actions", label: hold.actions, isNumber: true }] : []),
      ]}
    >
      {queues.map((queue) => (
        <Row key={queue.name} queue={queue} mayManage={mayManage} />
      ))}
    </ScrollTable>
  );
}

function Row({ queue, mayManage }: { queue: QueueView; mayManage: boolean }) {
  const format = useFormat();
  return (
    <TableRow hover>
      <TableCell sx={{ overflowWrap: "anywhere", minWidth: 160 }}>
        {queue.name}
        <QueueNotes queue={queue} />
      </TableCell>
      {(["ready", "running", "scheduled", "held"] as const).map((state) => (
        <TableCell key={state} className="number">
          <QueueCount queue={queue} state={state} />
        </TableCell>
      ))}
      <TableCell className="number">{format.number(queue.workers)}</TableCell>
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        {queue.oldestReadyAt !== null && <When at={queue.oldestReadyAt} />}
      </TableCell>
      {mayManage && (
        <TableCell className="number">
          <QueueActions queue={queue} />
        </TableCell>
      )}
    </TableRow>
  );
}
