import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TextField from "@mui/material/TextField";
import { type FormEvent, useState } from "react";
import { useComponentMessages } from "../../../components/messages.ts";
import { ProblemView } from "../../../components/problem-view.tsx";
import { viewerZone } from "../../../i18n/instant.ts";
import { instantOf } from "../../../i18n/wall-clock.ts";
import type { PauseInput } from "../../../services/wire.ts";
import { usePageMessages } from "./messages.ts";

interface Props {
  title: string;
  pause: (pause: PauseInput) => Promise<void>;
  onClose: () => void;
}

/** Asks why and how long, for one periodic task or for many. */
export function PauseDialog({ title, pause, onClose }: Props) {
  const m = usePageMessages();
  const words = useComponentMessages();
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await pause({ reason, untilAt: until === "" ? null : instantOf(until, viewerZone) });
      onClose();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth>
      <form onSubmit={submit}>
        <DialogTitle>{title}</DialogTitle>
        <DialogContent>
          <Box sx={{ display: "grid", gap: 2 }}>
            <div>{m.pauseDialog.about}</div>
            {error !== undefined && <ProblemView error={error} />}
            <TextField
              autoFocus
              required
              label={m.pauseDialog.reason}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              helperText={m.pauseDialog.reasonHelp}
              slotProps={{ htmlInput: { maxLength: 500 } }}
            />
            <TextField
              type="datetime-local"
              label={m.pauseDialog.until}
              value={until}
              onChange={(event) => setUntil(event.target.value)}
              helperText={m.pauseDialog.untilHelp(viewerZone)}
              slotProps={{ inputLabel: { shrink: true } }}
            />
          </Box>
        </DialogContent>
        <DialogActions>
          <Button variant="text" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit" variant="contained" loading={isBusy}>
            {m.pauseDialog.action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
