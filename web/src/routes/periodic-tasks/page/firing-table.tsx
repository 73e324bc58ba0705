import Box from "@mui/material/Box";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import { Link } from "react-router-dom";
import { RunText } from "../../../components/run-text.tsx";
import { StateMark } from "../../../components/state-mark.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import type { FiringView } from "../../../services/wire.ts";
import { type FiringsProps, FiringTimes, keyOf, Nominal, RunFor, scheduleOf } from "./firing-parts.tsx";
import { usePageMessages } from "./messages.ts";

export function FiringTable({ task, firings, onBackfill }: FiringsProps) {
  const { columns } = usePageMessages().firings;
  const [first] = task.schedules;
  const zone = task.schedules.every((schedule) => schedule.zone === first?.zone) ? first?.zone : undefined;
  return (
    <Table>
      <TableHead>
        <TableRow>
          <TableCell>
            {columns.nominal}
            {zone && ` · ${zone}`}
          </TableCell>
          <TableCell>{columns.verdict}</TableCell>
          <TableCell>{columns.reason}</TableCell>
          {task.schedules.length > 1 && <TableCell>{columns.schedule}</TableCell>}
          <TableCell>{columns.run}</TableCell>
          {onBackfill && <TableCell />}
        </TableRow>
      </TableHead>
      <TableBody>
        {firings.map((firing) => (
          <FiringRow key={keyOf(firing)} task={task} firing={firing} onBackfill={onBackfill} />
        ))}
      </TableBody>
    </Table>
  );
}

function FiringRow({ task, firing, onBackfill }: Omit<FiringsProps, "firings"> & { firing: FiringView }) {
  const m = usePageMessages();
  const format = useFormat();
  const schedule = scheduleOf(task, firing);
  const zone = schedule?.zone;
  return (
    <TableRow hover>
      <TableCell>
        <FiringTimes firing={firing} zone={zone} />
      </TableCell>
      <TableCell>
        <StateMark state={firing.verdict} />
        {firing.movedTo !== null && (
          <Box sx={{ fontSize: 12.5 }}>
            → <Nominal at={firing.movedTo} zone={zone} />
          </Box>
        )}
      </TableCell>
      <TableCell>
        <RunText text={format.text(firing.reasonText)} />
      </TableCell>
      {task.schedules.length > 1 && (
        <TableCell>
          {firing.scheduleName || (schedule ? format.text(schedule.description) : `#${firing.scheduleId}`)}
        </TableCell>
      )}
      <TableCell sx={{ whiteSpace: "nowrap" }}>
        {firing.runId !== null && <Link to={`/runs/${encodeURIComponent(firing.runId)}`}>{m.firings.run}</Link>}
      </TableCell>
      {onBackfill && (
        <TableCell padding="none" align="right">
          <RunFor firing={firing} zone={zone} onBackfill={onBackfill} />
        </TableCell>
      )}
    </TableRow>
  );
}
