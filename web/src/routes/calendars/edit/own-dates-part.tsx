import CloseIcon from "@mui/icons-material/Close";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import InputBase from "@mui/material/InputBase";
import { useId, useState } from "react";
import { useCalendarMessages } from "../messages.ts";
import { useDateFormat } from "../year/date-format.ts";
import type { CalendarDraft } from "./calendar-draft.ts";
import { addDays, type OwnDay, ownDays, removeDay } from "./draft.ts";
import { PasteDates } from "./paste-dates.tsx";

interface Props {
  draft: CalendarDraft;
  canEdit: boolean;
  today: string;
  onChange: (changes: Partial<CalendarDraft>) => void;
}

/** More than these are listed only when asked for. */
const listed = 12;

/** One's own dates, each with its name: closed ones, and working days that the weekend or a holiday would close. */
export function OwnDatesPart({ draft, canEdit, today, onChange }: Props) {
  const m = useCalendarMessages();
  const id = useId();
  const [isAll, setAll] = useState(false);
  const [isPasting, setPasting] = useState(false);
  const days = ownDays(draft);
  // What is over is of no use any more, but stays in the calendar.
  const coming = days.filter(({ date }) => date >= today.slice(0, 4));
  const shown = isAll ? days : coming.slice(0, listed);
  return (
    <section aria-labelledby={id}>
      <Box component="h2" id={id} sx={{ m: 0, mb: 0.5, typography: "h3" }}>
        {m.own.title}
      </Box>
      {days.length === 0 && <Box sx={{ color: "text.secondary" }}>{m.own.none}</Box>}
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {shown.map((day) => (
          <Row
            key={day.date}
            day={day}
            canEdit={canEdit}
            onRename={(name) => onChange(addDays(removeDay(draft, day.date), [{ date: day.date, name }], day.kind))}
            onRemove={() => onChange(removeDay(draft, day.date))}
          />
        ))}
      </Box>
      {shown.length < days.length && (
        <Button variant="text" onClick={() => setAll(true)} sx={{ mt: 0.5 }}>
          {m.own.all(days.length)}
        </Button>
      )}
      {canEdit && (
        <Button sx={{ mt: 1 }} onClick={() => setPasting(true)}>
          {m.own.paste}
        </Button>
      )}
      {isPasting && (
        <PasteDates
          onClose={() => setPasting(false)}
          onAdd={(list, kind) => {
            onChange(addDays(draft, list, kind));
            setPasting(false);
          }}
        />
      )}
    </section>
  );
}

interface RowProps {
  day: OwnDay;
  canEdit: boolean;
  onRename: (name: string) => void;
  onRemove: () => void;
}

function Row({ day: { date, name, kind }, canEdit, onRename, onRemove }: RowProps) {
  const m = useCalendarMessages();
  const format = useDateFormat();
  const said = format.full(date);
  return (
    <Box
      component="li"
      sx={{
        display: "grid",
        gridTemplateColumns: "minmax(0, 1fr) auto",
        alignItems: "center",
        borderTop: 1,
        borderColor: "rule",
        py: 0.5,
      }}
    >
      <Box sx={{ fontSize: 13, color: "text.secondary" }}>
        {said} · {m.own[kind]}
      </Box>
      {canEdit && (
        <IconButton aria-label={m.own.remove(said)} onClick={onRemove} sx={{ gridRow: "1 / 3", gridColumn: 2 }}>
          <CloseIcon sx={{ fontSize: 16 }} />
        </IconButton>
      )}
      {canEdit ? (
        <InputBase
          value={name}
          placeholder={m.own.dayName}
          onChange={(event) => onRename(event.target.value)}
          inputProps={{ "aria-label": m.own.nameOf(said), maxLength: 200 }}
          sx={{ fontSize: 14, "& input": { py: 0.25 } }}
        />
      ) : (
        <Box>{name}</Box>
      )}
    </Box>
  );
}
