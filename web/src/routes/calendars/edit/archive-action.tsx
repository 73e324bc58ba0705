import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useState } from "react";
import { useNavigate } from "react-router-dom";
import { Confirm } from "../../../components/confirm.tsx";
import { useComponentMessages } from "../../../components/messages.ts";
import { ProblemView } from "../../../components/problem-view.tsx";
import { useToast } from "../../../components/toast.tsx";
import { archiveCalendar } from "../../../services/calendars.ts";
import type { CalendarView } from "../../../services/wire.ts";
import { useCalendarMessages } from "../messages.ts";
import { FollowerList } from "./used-by.tsx";

/** Takes the calendar out of use. While schedules follow it, that is not possible, and they are named. */
export function ArchiveAction({ calendar }: { calendar: CalendarView }) {
  const m = useCalendarMessages();
  const [isAsking, setAsking] = useState(false);
  const close = () => setAsking(false);
  return (
    <>
      <Button onClick={() => setAsking(true)}>{m.archive.action}</Button>
      {isAsking &&
        (calendar.schedules > 0 ? (
          <InUse calendar={calendar} onClose={close} />
        ) : (
          <Ask calendar={calendar} onClose={close} />
        ))}
    </>
  );
}

interface Props {
  calendar: CalendarView;
  onClose: () => void;
}

function InUse({ calendar, onClose }: Props) {
  const m = useCalendarMessages();
  const common = useComponentMessages();
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth>
      <DialogTitle>{m.archive.inUse(calendar.name)}</DialogTitle>
      <DialogContent>
        <Box sx={{ mb: 1 }}>{m.archive.first(calendar.schedules)}</Box>
        <FollowerList calendarId={calendar.id} />
      </DialogContent>
      <DialogActions>
        <Button autoFocus variant="contained" onClick={onClose}>
          {common.close}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Ask({ calendar, onClose }: Props) {
  const m = useCalendarMessages();
  const toast = useToast();
  const navigate = useNavigate();
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
    <Confirm
      open
      title={m.archive.title(calendar.name)}
      action={m.archive.action}
      busy={isBusy}
      onConfirm={() => void archive()}
      onClose={onClose}
    >
      {refusal === undefined ? m.archive.text : <ProblemView error={refusal} />}
    </Confirm>
  );
}
