import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { useState } from "react";
import { Link } from "react-router-dom";
import { StateGlyph } from "../../components/state-glyph.tsx";
import { useToast } from "../../components/toast.tsx";
import { When } from "../../components/when.tsx";
import { beginPause, endPause } from "../../services/pauses.ts";
import type { PauseView } from "../../services/wire.ts";
import { drain, pauseQueue } from "../../services/workers.ts";
import { usePausesMessages } from "./messages.ts";

const wideOnly = { display: { xs: "none", md: "table-cell" } } as const;

export function PauseTable({ pauses, mayResume }: { pauses: readonly PauseView[]; mayResume: boolean }) {
  const { columns } = usePausesMessages();
  return (
    <Table>
      <TableHead>
        <TableRow>
          <TableCell>{columns.what}</TableCell>
          <TableCell sx={wideOnly}>{columns.reason}</TableCell>
          <TableCell sx={wideOnly}>{columns.by}</TableCell>
          <TableCell sx={wideOnly}>{columns.since}</TableCell>
          <TableCell>{mayResume ? columns.until : columns.ended}</TableCell>
          {mayResume && <TableCell />}
        </TableRow>
      </TableHead>
      <TableBody>
        {pauses.map((pause) => (
          <Row key={pause.id} pause={pause} mayResume={mayResume} />
        ))}
      </TableBody>
    </Table>
  );
}

function Row({ pause, mayResume }: { pause: PauseView; mayResume: boolean }) {
  const m = usePausesMessages();
  const toast = useToast();
  const [isBusy, setBusy] = useState(false);
  const what = useWhat()(pause);
  const resume = async () => {
    setBusy(true);
    try {
      await endPause(pause.id);
      toast.say(m.resumed, () => {
        beginAgain(pause).catch((error: unknown) => toast.fail(error));
      });
    } catch (error) {
      toast.fail(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <TableRow hover>
      <TableCell>
        <Box sx={{ display: "flex", gap: 0.75, alignItems: "center" }}>
          {mayResume && <StateGlyph state="held" size={12} />}
          {pause.periodicTaskId === null ? (
            pause.scope === "tag" ? (
              <Link to={`/periodic-tasks?tag=${encodeURIComponent(pause.scopeId)}`}>{what}</Link>
            ) : pause.scope === "all" ? (
              what
            ) : (
              <Link to="/workers">{what}</Link>
            )
          ) : (
            <Link to={`/periodic-tasks/${pause.periodicTaskId}`}>{what}</Link>
          )}
        </Box>
        <Box sx={{ display: { md: "none" }, fontSize: 12.5, color: "text.secondary", overflowWrap: "anywhere" }}>
          {pause.reason} · {pause.by}
        </Box>
      </TableCell>
      <TableCell sx={{ ...wideOnly, overflowWrap: "anywhere" }}>{pause.reason}</TableCell>
      <TableCell sx={wideOnly}>{pause.by}</TableCell>
      <TableCell sx={wideOnly}>
        <When at={pause.fromAt} />
      </TableCell>
      <TableCell>
        {pause.endedAt !== null ? (
          <When at={pause.endedAt} />
        ) : pause.untilAt === null ? (
          <Box sx={{ color: "text.secondary" }}>{m.open}</Box>
        ) : (
          <When at={pause.untilAt} />
        )}
      </TableCell>
      {mayResume && (
        <TableCell align="right">
          <Button size="small" aria-label={m.resumeThat(what)} loading={isBusy} onClick={() => void resume()}>
            {m.resume}
          </Button>
        </TableCell>
      )}
    </TableRow>
  );
}

function beginAgain({ scope, scopeId, reason, untilAt }: PauseView): Promise<unknown> {
  if (scope === "queue") return pauseQueue(scopeId, { reason, untilAt });
  if (scope === "worker" || scope === "host") return drain({ scope, name: scopeId, reason, untilAt });
  return beginPause({ scope, scopeId, reason, untilAt });
}

/** What a pause holds back, by its name. */
function useWhat(): (pause: PauseView) => string {
  const m = usePausesMessages();
  return ({ scope, scopeId, label }) => {
    if (scope === "all") return m.everything;
    if (scope === "tag") return m.ofTag(scopeId);
    if (scope === "queue" || scope === "worker" || scope === "host") return m.ofHold[scope](scopeId);
    return scope === "schedule" ? m.ofSchedule(label) : label;
  };
}
