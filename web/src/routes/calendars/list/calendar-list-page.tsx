import AddIcon from "@mui/icons-material/Add";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import TableCell from "@mui/material/TableCell";
import TableRow from "@mui/material/TableRow";
import { Link, useNavigate } from "react-router-dom";
import { EmptyState } from "../../../components/empty-state.tsx";
import { LoadingRows } from "../../../components/loading-page.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useRowKeyLabels } from "../../../components/row-key-labels.ts";
import { useRowKeys } from "../../../components/row-keys.ts";
import { ScrollTable } from "../../../components/scroll-table.tsx";
import { WarningLines } from "../../../components/warning-lines.tsx";
import { When } from "../../../components/when.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { useCalendars } from "../../../services/calendars.ts";
import { useMay } from "../../../services/session.ts";
import type { CalendarSummary } from "../../../services/wire.ts";
import { useCountryName } from "../edit/country-name.ts";
import { useCalendarMessages } from "../messages.ts";
import { useDateFormat } from "../year/date-format.ts";

const idOf = ({ id }: CalendarSummary) => id;

export default function CalendarListPage() {
  const m = useCalendarMessages();
  const may = useMay();
  const { data, error, refetch, isPending } = useCalendars(false);
  const add = (label: string) =>
    may("calendars.edit") && (
      <Button variant="contained" startIcon={<AddIcon />} component={Link} to="/calendars/new">
        {label}
      </Button>
    );
  return (
    <>
      <PageHead title={m.title} about={m.about}>
        {data && data.length > 0 && add(m.add)}
      </PageHead>
      {error && !data && <ProblemView error={error} what={m.readFailed} onRetry={() => void refetch()} />}
      {isPending && <LoadingRows rows={4} />}
      {data?.length === 0 && (
        <EmptyState title={m.empty.title} action={add(m.empty.action)}>
          {m.empty.text}
        </EmptyState>
      )}
      {data && data.length > 0 && <CalendarTable calendars={data} />}
    </>
  );
}

function CalendarTable({ calendars }: { calendars: readonly CalendarSummary[] }) {
  const m = useCalendarMessages();
  const { number } = useFormat();
  const navigate = useNavigate();
  const days = useDateFormat();
  const countryName = useCountryName();
  const labels = useRowKeyLabels();
  useRowKeys({ rows: calendars, idOf, labels, onOpen: ({ id }) => void navigate(`/calendars/${id}`) });
  const c = m.columns;
  return (
    <ScrollTable
      columns={[
        { key: "name", label: c.name },
        { key: "closed", label: c.closed(String(new Date().getFullYear())), isNumber: true },
        { key: "weekend", label: c.weekend, isWideOnly: true },
        { key: "holidays", label: c.holidays, isWideOnly: true },
        { key: "usedBy", label: c.usedBy, isNumber: true },
        { key: "updated", label: c.updated, isWideOnly: true },
      ]}
    >
      {calendars.map((calendar) => (
        <TableRow hover key={calendar.id} data-row={calendar.id} tabIndex={-1}>
          <TableCell>
            <Box component={Link} to={`/calendars/${calendar.id}`} sx={{ fontWeight: 500, textDecoration: "none" }}>
              {calendar.name}
            </Box>
            <WarningLines warnings={calendar.warnings} />
          </TableCell>
          <TableCell className="number">{number(calendar.closedThisYear)}</TableCell>
          <TableCell className="wide-only">{calendar.weekend.map(days.shortWeekday).join(m.join)}</TableCell>
          <TableCell className="wide-only">{calendar.holidays.map(countryName).join(m.join)}</TableCell>
          <TableCell className="number">
            {calendar.schedules === 0 ? (
              <Box component="span" sx={{ color: "text.secondary" }}>
                {m.unused}
              </Box>
            ) : (
              m.usedBy(calendar.schedules)
            )}
          </TableCell>
          <TableCell className="wide-only">
            <When at={calendar.updatedAt} />
          </TableCell>
        </TableRow>
      ))}
    </ScrollTable>
  );
}
