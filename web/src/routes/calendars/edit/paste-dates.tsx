import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { useComponentMessages } from "../../../components/messages.ts";
import { NoteLine } from "../../../components/note-line.tsx";
import { useCalendarMessages } from "../messages.ts";
import { type ListedDay, parseDateList } from "./date-list.ts";
import type { OwnKind } from "./draft.ts";

interface Props {
  onAdd: (days: readonly ListedDay[], kind: OwnKind) => void;
  onClose: () => void;
}

const faultsShown = 4;

/** A list of dates from elsewhere; what cannot be read is told at once, and the rest can be added. */
export function PasteDates({ onAdd, onClose }: Props) {
  const m = useCalendarMessages();
  const common = useComponentMessages();
  const [text, setText] = useState("");
  const [kind, setKind] = useState<OwnKind>("closed");
  const { days, faults } = parseDateList(text);
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth>
      <DialogTitle>{m.paste.title}</DialogTitle>
      <DialogContent>
        <Box sx={{ mb: 1.5 }}>{m.paste.text}</Box>
        <TextField
          autoFocus
          multiline
          minRows={6}
          maxRows={14}
          fullWidth
          label={m.paste.label}
          placeholder={m.paste.example}
          value={text}
          onChange={(event) => setText(event.target.value)}
          slotProps={{ inputLabel: { shrink: true } }}
        />
        <Box aria-live="polite" sx={{ minHeight: 24, mt: 0.5 }}>
          {text.trim() !== "" && m.paste.read(days.length)}
          {faults.slice(0, faultsShown).map(({ line, text: wrong }) => (
            <NoteLine key={line} state="failed">
              {m.paste.bad(line)} <code>{wrong.slice(0, 60)}</code>
            </NoteLine>
          ))}
          {faults.length > faultsShown && (
            <NoteLine state="failed">{m.paste.moreBad(faults.length - faultsShown)}</NoteLine>
          )}
        </Box>
        <RadioGroup
          row
          aria-label={m.own.kind}
          value={kind}
          onChange={(event) => setKind(event.target.value as OwnKind)}
        >
          <FormControlLabel value="closed" control={<Radio />} label={m.paste.closed} />
          <FormControlLabel value="open" control={<Radio />} label={m.paste.open} />
        </RadioGroup>
      </DialogContent>
      <DialogActions>
        <Button variant="text" onClick={onClose}>
          {common.cancel}
        </Button>
        <Button variant="contained" disabled={days.length === 0} onClick={() => onAdd(days, kind)}>
          {m.paste.action(days.length)}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
