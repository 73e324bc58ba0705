import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TextField from "@mui/material/TextField";
import { type FormEvent, type ReactNode, useState } from "react";
import { viewerZone } from "../i18n/instant.ts";
import { instantOf, wallClock } from "../i18n/wall-clock.ts";
import { problemOf } from "../services/problem.ts";
import type { PauseInput } from "../services/wire.ts";
import { useComponentMessages } from "./messages.ts";
import { usePauseMessages } from "./pause-messages.ts";
import { useProblemFields } from "./problem-fields.ts";
import { ProblemView } from "./problem-view.tsx";

interface Props {
  title: string;
  /** What becomes of what is held back. Default: of nominal times. */
  about?: string;
  /** What it stops, where that needs a word. */
  children?: ReactNode;
  /** The verb. Default: "Pause". */
  action?: string;
  pause: (pause: PauseInput) => Promise<void>;
  onClose: () => void;
}

const hourMs = 3_600_000;

/** The ends that one mostly wants, as the viewer's clock shows them. */
function quickEnds(now: number): { name: "hour" | "fourHours" | "tomorrow" | "monday"; until: string }[] {
  const today = wallClock(now, viewerZone).slice(0, 10);
  const morningIn = (days: number) =>
    `${new Date(Date.parse(`${today}T00:00Z`) + days * 24 * hourMs).toISOString().slice(0, 10)}T09:00`;
  const weekday = new Date(`${today}T00:00Z`).getUTCDay();
  const minute = (at: number) => wallClock(at, viewerZone).slice(0, 16);
  return [
    { name: "hour", until: minute(now + hourMs) },
    { name: "fourHours", until: minute(now + 4 * hourMs) },
    { name: "tomorrow", until: morningIn(1) },
    { name: "monday", until: morningIn((8 - weekday) % 7 || 7) },
  ];
}

/** Asks why and how long. */
export function PauseDialog({ title, about, action, children, pause, onClose }: Props) {
  const m = usePauseMessages();
  const words = useComponentMessages();
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const fields = useProblemFields(error);
  const isAtField = (fields.at("/reason") ?? fields.at("/untilAt")) !== undefined;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await pause({ reason: reason.trim(), untilAt: until === "" ? null : instantOf(until, viewerZone) });
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth>
      <form onSubmit={submit}>
        <DialogTitle>{title}</DialogTitle>
        <DialogContent>
          <Box sx={{ display: "grid", gap: 2 }}>
            {children}
            <div>{about ?? m.about}</div>
            {error !== undefined && (!isAtField || problemOf(error).code !== "invalid") && (
              <ProblemView error={error} />
            )}
            <TextField
              autoFocus
              required
              label={m.reason}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              error={fields.at("/reason") !== undefined}
              helperText={fields.at("/reason") ?? m.reasonHelp}
              slotProps={{ htmlInput: { maxLength: 500 } }}
            />
            <div>
              <TextField
                fullWidth
                type="datetime-local"
                label={m.until}
                value={until}
                onChange={(event) => setUntil(event.target.value)}
                error={fields.at("/untilAt") !== undefined}
                helperText={fields.at("/untilAt") ?? m.untilHelp(viewerZone)}
                slotProps={{ inputLabel: { shrink: true } }}
              />
              <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.5, mt: 0.5 }}>
                {quickEnds(Date.now()).map(({ name, until: end }) => (
                  <Button key={name} variant="text" onClick={() => setUntil(end)} sx={{ fontSize: 13, minHeight: 28 }}>
                    {m.ends[name]}
                  </Button>
                ))}
              </Box>
            </div>
          </Box>
        </DialogContent>
        <DialogActions>
          <Button variant="text" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button type="submit" variant="contained" loading={isBusy}>
            {action ?? m.action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
