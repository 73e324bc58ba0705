import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import FormControlLabel from "@mui/material/FormControlLabel";
import FormLabel from "@mui/material/FormLabel";
import Radio from "@mui/material/Radio";
import RadioGroup from "@mui/material/RadioGroup";
import { useId } from "react";
import { useFormat } from "../../../i18n/use-format.ts";
import { type CrontabNote, crontabNotes, spreadExpression } from "./crontab-notes.ts";
import { useWhenMessages } from "./when-messages.ts";

interface Props {
  expression: string;
  /** Takes the expression over with its minute spread; absent where it is not right yet. */
  onSpread: ((expression: string) => void) | undefined;
}

/** What the letters and names in the expression mean, and the offer to leave a crowded minute. */
export function CrontabNotes({ expression, onSpread }: Props) {
  const m = useWhenMessages();
  const text = useNoteText();
  const spread = onSpread && spreadExpression(expression);
  const notes = crontabNotes(expression);
  if (notes.length === 0 && spread === undefined) return null;
  return (
    <Box sx={{ fontSize: 12.5, color: "text.secondary", lineHeight: 1.5, mt: 0.75 }}>
      {notes.map((note) => (
        <div key={note.token}>{text(note)}</div>
      ))}
      {spread !== undefined && (
        <div>
          {m.spread.offer}{" "}
          <Button
            variant="text"
            onClick={() => onSpread?.(spread)}
            sx={{ fontSize: 12.5, minHeight: 24, py: 0, textDecoration: "underline" }}
          >
            {m.spread.action(spread)}
          </Button>
        </div>
      )}
    </Box>
  );
}

function useNoteText(): (note: CrontabNote) => string {
  const { notes } = useWhenMessages();
  const format = useFormat();
  return (note) => {
    switch (note.kind) {
      case "name":
        return notes.name(note.token, note.stands);
      case "beforeLast":
        return notes.beforeLast(note.token, note.days);
      case "nearest":
        return notes.nearest(note.token, note.day);
      case "lastWeekday":
        return notes.lastWeekday(note.token, format.weekday(note.weekday));
      case "nthWeekday":
        return notes.nthWeekday(note.token, note.nth, format.weekday(note.weekday));
      default:
        return notes[note.kind](note.token);
    }
  };
}

/** Whether a day must match both day of month and weekday, or one of them; asked where both are given. */
export function DaysSwitch({ days, onChange }: { days: "and" | "or"; onChange: (days: "and" | "or") => void }) {
  const m = useWhenMessages().days;
  const id = useId();
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 1.5, mt: 0.5 }}>
      <FormLabel id={id} sx={{ fontSize: 13 }}>
        {m.label}
      </FormLabel>
      <RadioGroup
        row
        aria-labelledby={id}
        value={days}
        onChange={(_, value) => onChange(value as "and" | "or")}
        sx={{ columnGap: 0.5, "& .MuiFormControlLabel-label": { fontSize: 13 } }}
      >
        {(["and", "or"] as const).map((one) => (
          <FormControlLabel key={one} value={one} control={<Radio />} label={m[one]} />
        ))}
      </RadioGroup>
    </Box>
  );
}
