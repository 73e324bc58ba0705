import Box from "@mui/material/Box";
import { useState } from "react";
import { useParams } from "react-router-dom";
import { LoadingPage } from "../../../components/loading-page.tsx";
import { PageHead } from "../../../components/page-head.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useCalendar } from "../../../services/calendars.ts";
import { useMay } from "../../../services/session.ts";
import { useCalendarMessages } from "../messages.ts";
import { ArchiveAction } from "./archive-action.tsx";
import { CalendarForm } from "./calendar-form.tsx";

/** `/calendars/new` makes one. */
export default function CalendarPage() {
  const m = useCalendarMessages();
  const { id } = useParams();
  const number = id === "new" ? undefined : Number(id);
  const may = useMay();
  const { data, error, refetch } = useCalendar(number);
  // A form that nobody has touched follows what others save; one that is being changed is left alone.
  const [version, setVersion] = useState(data?.version);
  if (error && !data) {
    return (
      <Box sx={{ pt: 2 }}>
        <ProblemView error={error} what={m.readFailed} onRetry={() => void refetch()} />
      </Box>
    );
  }
  if (number !== undefined && !data) return <LoadingPage />;
  const canEdit = may("calendars.edit") && !data?.archivedAt;
  return (
    <>
      {/* Apart from the form, which is made anew as soon as what was saved is read: a dialog that was opened meanwhile stays. */}
      <PageHead title={data?.name ?? m.newTitle} about={data && m.usedByLine(data.schedules)}>
        {data && canEdit && <ArchiveAction key={data.id} calendar={data} />}
      </PageHead>
      <CalendarForm
        key={`${id}-${version}`}
        calendar={data}
        canEdit={canEdit}
        onFollow={() => setVersion(data?.version)}
      />
    </>
  );
}
