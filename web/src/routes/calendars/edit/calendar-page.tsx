import Box from "@mui/material/Box";
import { useState } from "react";
import { useParams } from "react-router-dom";
import { LoadingPage } from "../../../components/loading-page.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useCalendar } from "../../../services/calendars.ts";
import { useCalendarMessages } from "../messages.ts";
import { CalendarForm } from "./calendar-form.tsx";

/** `/calendars/new` makes one. */
export default function CalendarPage() {
  const m = useCalendarMessages();
  const { id } = useParams();
  const number = id === "new" ? undefined : Number(id);
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
  return <CalendarForm key={`${id}-${version}`} calendar={data} onFollow={() => setVersion(data?.version)} />;
}
