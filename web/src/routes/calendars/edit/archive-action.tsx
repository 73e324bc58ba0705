import Button from "@mui/material/Button";
import { useState } from "react";
import { useNavigate } from "react-router-dom";
import { Confirm } from "../../../components/confirm.tsx";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useToast } from "../../../components/toast.tsx";
import { archiveCalendar } from "../../../services/calendars.ts";
import type { CalendarView } from "../../../services/wire.ts";
import { useCalendarMessages } from "../messages.ts";

/** Takes the calendar out of use; the server refuses while schedules follow it, and says which. */
export function ArchiveAction({ calendar }: { calendar: CalendarView }) {
  const m = useCalendarMessages();
  const toast = useToast();
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>();
  const archive = async () => {
    setBusy(true);
    setRefusal(undefined);
    try {
      await archiveCalendar(calendar.id);
      toast.say(m.archive.done(calendar.name));
      await navigate("/calendars");
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  return (
    <>
      <Button onClick={() => setAsking(true)}>{m.archive.action}</Button>
      <Confirm
        open={isAsking}
        title={m.archive.title(calendar.name)}
        action={m.archive.action}
        busy={isBusy}
        onConfirm={() => void archive()}
        onClose={() => {
          setAsking(false);
          setRefusal(undefined);
        }}
      >
        {refusal === undefined ? m.archive.text : <ProblemView error={refusal} />}
      </Confirm>
    </>
  );
}
