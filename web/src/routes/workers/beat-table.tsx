import Box from "@mui/material/Box";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { NoteLine } from "../../components/note-line.tsx";
import { ScrollTable } from "../../components/scroll-table.tsx";
import { StateGlyph } from "../../components/state-glyph.tsx";
import { When } from "../../components/when.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import type { WorkerView } from "../../services/wire.ts";
import { beatMark, beatReportOf, hangsAfterMs, lateAfterMs } from "./beat-report.ts";
import { useWorkerMessages } from "./messages.ts";

/** Each beat with what its loop does; all of them fire at once, so one that is gone costs nothing. */
export function BeatTable({ beats }: { beats: readonly WorkerView[] }) {
  const m = useWorkerMessages();
  const c = m.columns;
  const sorted = [...beats].sort((a, b) => a.name.localeCompare(b.name));
  return (
    <ScrollTable
      columns={[
        { key: "beat", label: c.beat },
        { key: "state", label: c.state },
        { key: "late", label: c.late, isNumber: true },
        { key: "loop", label: c.loop, isNumber: true, isWideOnly: true },
        { key: "host", label: c.host, isWideOnly: true },
        { key: "started", label: c.started, isWideOnly: true },
      ]}
    >
      {sorted.map((beat) => (
        <Row key={beat.id} beat={beat} />
      ))}
    </ScrollTable>
  );
}

function Row({ beat }: { beat: WorkerView }) {
  const m = useWorkerMessages();
  const format = useFormat();
  const report = beatReportOf(beat);
  const told = beat.live ? report : undefined;
  const mark = beatMark(beat.live, report);
  return (
    <TableRow hover sx={{ color: beat.live ? undefined : "text.secondary" }}>
      <TableCell sx={{ minWidth: 130 }}>
        <Box component="span" sx={{ overflowWrap: "anywhere" }}>
          {beat.name}
        </Box>
        {!beat.live && (
          <NoteLine state="lost">
            {m.beat.gone} · <When at={beat.leaseUntil} />
          </NoteLine>
        )}
        {told?.state === "holding" && (
          <NoteLine state="held">
            {told.clockJumpMs === undefined
              ? m.beat.holding
              : m.beat.jumped(format.duration(Math.abs(told.clockJumpMs)), told.clockJumpMs > 0)}
          </NoteLine>
        )}
        {told?.state === "failing" && <NoteLine state="failed">{m.beat.failing}</NoteLine>}
        {told && told.loopAgeMs > hangsAfterMs && (
          <NoteLine state="failed">{m.beat.hangs(format.duration(told.loopAgeMs))}</NoteLine>
        )}
        {told && told.oldestDueMs > lateAfterMs && <NoteLine state="failed">{m.beat.late}</NoteLine>}
      </TableCell>
      <TableCell>
        <Box sx={{ display: "flex", alignItems: "center", gap: 0.75, whiteSpace: "nowrap" }}>
          <StateGlyph state={mark} />
          {beat.live ? (told?.state === undefined ? m.live : m.beat.states[told.state]) : m.dead}
        </Box>
      </TableCell>
      <TableCell className="number" sx={{ whiteSpace: "nowrap" }}>
        {told && (told.oldestDueMs === 0 ? m.beat.onTime : format.duration(told.oldestDueMs))}
      </TableCell>
      <TableCell className="number wide-only" sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>
        {told && m.beat.ago(format.duration(told.loopAgeMs))}
      </TableCell>
      <TableCell className="wide-only">
        {beat.host}{" "}
        <Box component="span" sx={{ color: "text.secondary", fontSize: 13 }}>
          {m.pid(beat.pid)}
        </Box>
      </TableCell>
      <TableCell className="wide-only">
        <When at={beat.startedAt} />
      </TableCell>
    </TableRow>
  );
}
