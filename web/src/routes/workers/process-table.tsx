import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import Tooltip from "@mui/material/Tooltip";
import useMediaQuery from "@mui/material/useMediaQuery";
import { Link } from "react-router-dom";
import { NoteLine } from "../../components/note-line.tsx";
import { ScrollTable } from "../../components/scroll-table.tsx";
import { StateGlyph } from "../../components/state-glyph.tsx";
import { When } from "../../components/when.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import type { WorkerView } from "../../services/wire.ts";
import { DrainLine } from "./drain-actions.tsx";
import { useWorkerMessages } from "./messages.ts";

/** A renewal so late means that something holds the event loop. */
const blockedMs = 1_000;
const order = { beat: 0, worker: 1, celery: 2, admin: 3 } as const;

export const isWorker = ({ kind }: Pick<WorkerView, "kind">): boolean => kind === "worker" || kind === "celery";

/** A Celery worker that has not answered yet may serve any. */
function queuesOf({ kind, queues }: WorkerView, all: string): string {
  return queues.length > 0 ? queues.join(", ") : kind === "celery" ? "" : all;
}

/** Events of its runs that came faster than they could be written down. */
export function droppedEvents({ info }: Pick<WorkerView, "info">): number {
  const { droppedEvents: count } = (info ?? {}) as { droppedEvents?: unknown };
  return typeof count === "number" ? count : 0;
}

export function ProcessTable({ processes }: { processes: readonly WorkerView[] }) {
  const m = useWorkerMessages();
  const c = m.columns;
  const isNarrow = useMediaQuery(useTheme().breakpoints.down("md"));
  const sorted = [...processes].sort((a, b) => order[a.kind] - order[b.kind] || a.name.localeCompare(b.name));
  if (isNarrow) {
    return (
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, borderTop: 1, borderColor: "rule" }}>
        {sorted.map((process) => (
          <NarrowRow key={process.id} process={process} />
        ))}
      </Box>
    );
  }
  return (
    <ScrollTable
      columns={[
        { key: "process", label: c.process },
        { key: "host", label: c.host },
        { key: "queues", label: c.queues },
        { key: "running", label: c.running, isNumber: true },
        { key: "lag", label: c.lag, isNumber: true },
        { key: "started", label: c.started },
      ]}
    >
      {sorted.map((process) => (
        <Row key={process.id} process={process} />
      ))}
    </ScrollTable>
  );
}

function Row({ process }: { process: WorkerView }) {
  const m = useWorkerMessages();
  const format = useFormat();
  return (
    <TableRow hover sx={{ color: process.live ? undefined : "text.secondary" }}>
      <TableCell sx={{ minWidth: 250 }}>
        <Name process={process} />
        <Notes process={process} />
      </TableCell>
      <TableCell sx={{ minWidth: 120, overflowWrap: "anywhere" }}>
        {process.host}{" "}
        <Box component="span" sx={{ color: "text.secondary", fontSize: 13, whiteSpace: "nowrap" }}>
          {m.pid(process.pid)}
        </Box>
      </TableCell>
      <TableCell sx={{ overflowWrap: "anywhere" }}>{isWorker(process) && queuesOf(process, m.allQueues)}</TableCell>
      <TableCell className="number" sx={{ whiteSpace: "nowrap" }}>
        <Running process={process} />
      </TableCell>
      <TableCell className="number" sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>
        {process.live && process.kind !== "celery" && format.duration(process.loopLagMs)}
      </TableCell>
      <TableCell>
        <When at={process.startedAt} />
      </TableCell>
    </TableRow>
  );
}

/** On a phone. */
function NarrowRow({ process }: { process: WorkerView }) {
  const m = useWorkerMessages();
  const c = m.columns;
  return (
    <Box
      component="li"
      sx={{ py: 1, borderBottom: 1, borderColor: "rule", color: process.live ? undefined : "text.secondary" }}
    >
      <Name process={process} />
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1.5, fontSize: 13, color: "text.secondary" }}>
        {isWorker(process) && (
          <span>
            {c.running} <Running process={process} />
          </span>
        )}
        <span>
          {c.started} <When at={process.startedAt} />
        </span>
        {isWorker(process) && (
          <Box component="span" sx={{ overflowWrap: "anywhere" }}>
            {c.queues} {queuesOf(process, m.allQueues)}
          </Box>
        )}
      </Box>
      <Notes process={process} />
    </Box>
  );
}

const isBlocked = ({ live, loopLagMs }: WorkerView): boolean => live && loopLagMs >= blockedMs;

/** How it is, its name and its kind. */
function Name({ process }: { process: WorkerView }) {
  const m = useWorkerMessages();
  const state = !process.live ? "lost" : isBlocked(process) ? "missed" : "succeeded";
  return (
    <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
      <Tooltip title={process.live ? m.live : process.kind === "celery" ? m.silentText : m.deadText}>
        <Box component="span" sx={{ display: "inline-flex" }}>
          <StateGlyph state={state} />
          <span className="visually-hidden">{process.live ? m.live : m.dead}</span>
        </Box>
      </Tooltip>
      {isWorker(process) ? (
        <Box
          component={Link}
          to={`/workers/${process.id}`}
          sx={{ overflowWrap: "anywhere", textDecorationColor: "text.disabled" }}
        >
          {process.name}
        </Box>
      ) : (
        <Box component="span" sx={{ overflowWrap: "anywhere" }}>
          {process.name}
        </Box>
      )}
      <Box component="span" sx={{ color: "text.secondary", fontSize: 13, whiteSpace: "nowrap" }}>
        {m.kinds[process.kind]}
      </Box>
    </Box>
  );
}

/** What one should know of it. */
function Notes({ process }: { process: WorkerView }) {
  const m = useWorkerMessages();
  const format = useFormat();
  return (
    <>
      {process.kind === "celery" && droppedEvents(process) > 0 && (
        <NoteLine state="missed">{m.droppedEvents(format.number(droppedEvents(process)))}</NoteLine>
      )}
      <DrainLine worker={process} />
      {isBlocked(process) && <NoteLine state="missed">{m.blocked(format.duration(process.loopLagMs))}</NoteLine>}
      {!process.live && (
        <NoteLine state="lost">
          {m.dead} · <When at={process.leaseUntil} />
        </NoteLine>
      )}
    </>
  );
}

/** What a worker executes, of what it may. */
function Running({ process }: { process: WorkerView }) {
  const m = useWorkerMessages();
  const format = useFormat();
  if (!isWorker(process)) return null;
  return process.concurrency === null
    ? format.number(process.running)
    : m.of(format.number(process.running), format.number(process.concurrency));
}
