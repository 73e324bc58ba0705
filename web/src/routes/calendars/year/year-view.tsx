import Box from "@mui/material/Box";
import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useLanguage } from "../../../i18n/language.tsx";
import { useCalendarMessages } from "../messages.ts";
import { useDateFormat } from "./date-format.ts";
import { yearStyle } from "./day-looks.ts";
import type { DayMark } from "./day-mark.ts";
import { MonthGrid } from "./month-grid.tsx";
import { addDays, addMonths, monthsOf, weekdayOf, yearOf } from "./plain-date.ts";

interface Props {
  year: number;
  today: string;
  markOf: (date: string) => DayMark;
  /** Closes an open day and opens a closed one; without it the year is only looked at. */
  onToggle?: ((date: string) => void) | undefined;
  /** The keyboard left the year on either side. */
  onYear: (year: number) => void;
}

/** A year as twelve months. The arrows walk the days, Page Up and Page Down the months; Enter, Space or a click changes a day. */
export function YearView({ year, today, markOf, onToggle, onYear }: Props) {
  const m = useCalendarMessages();
  const { language } = useLanguage();
  const firstWeekday = language === "ja" ? 0 : 1;
  const [pointed, setPointed] = useState<string>();
  const [chosen, setChosen] = useState(today);
  const months = useMemo(() => monthsOf(year, firstWeekday), [year, firstWeekday]);
  const root = useRef<HTMLDivElement>(null);
  const active = yearOf(chosen) === year ? chosen : yearOf(today) === year ? today : `${year}-01-01`;

  const go = (date: string) => {
    setChosen(date);
    if (yearOf(date) !== year) onYear(yearOf(date));
    // After the render that makes it the one day that takes the focus, perhaps in another year.
    requestAnimationFrame(() => root.current?.querySelector<HTMLElement>(`[data-date="${date}"]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = placeAfter(event, active, firstWeekday);
    if (to !== undefined) go(to);
    else if (event.key === "Enter" || event.key === " ") onToggle?.(active);
    else return;
    event.preventDefault();
  };
  const dateAt = ({ target }: { target: EventTarget }) =>
    target instanceof Element ? target.closest<HTMLElement>("[data-date]")?.dataset.date : undefined;
  const point = (event: { target: EventTarget }) => {
    const date = dateAt(event);
    if (date !== undefined) setPointed(date);
  };
  const pick = (event: { target: EventTarget }) => {
    const date = dateAt(event);
    if (date === undefined) return;
    setChosen(date);
    onToggle?.(date);
  };
  return (
    <Box
      ref={root}
      onKeyDown={onKeyDown}
      onClick={pick}
      onPointerOver={point}
      onFocus={point}
      onPointerLeave={() => setPointed(undefined)}
      onBlur={() => setPointed(undefined)}
    >
      <DayLine date={pointed} markOf={markOf} hint={onToggle ? m.year.hint : m.year.look} isEditable={!!onToggle} />
      <Box
        sx={[
          {
            display: "grid",
            gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 228px), 1fr))",
            columnGap: 3,
            rowGap: 2,
          },
          (theme) => yearStyle(theme),
        ]}
      >
        {months.map((month) => (
          <MonthGrid
            key={month.number}
            month={month}
            year={year}
            today={today}
            active={Number(active.slice(5, 7)) === month.number ? active : undefined}
            firstWeekday={firstWeekday}
            markOf={markOf}
            isEditable={onToggle !== undefined}
          />
        ))}
      </Box>
    </Box>
  );
}

function placeAfter({ key, shiftKey }: KeyboardEvent, date: string, firstWeekday: number): string | undefined {
  const column = (weekdayOf(date) - firstWeekday + 7) % 7;
  switch (key) {
    case "ArrowLeft":
      return addDays(date, -1);
    case "ArrowRight":
      return addDays(date, 1);
    case "ArrowUp":
      return addDays(date, -7);
    case "ArrowDown":
      return addDays(date, 7);
    case "Home":
      return addDays(date, -column);
    case "End":
      return addDays(date, 6 - column);
    case "PageUp":
      return addMonths(date, shiftKey ? -12 : -1);
    case "PageDown":
      return addMonths(date, shiftKey ? 12 : 1);
    default:
      return undefined;
  }
}

/** What the pointed or focused day is; keeps its place while none is. */
function DayLine({
  date,
  markOf,
  hint,
  isEditable,
}: {
  date: string | undefined;
  markOf: Props["markOf"];
  hint: string;
  isEditable: boolean;
}) {
  const m = useCalendarMessages();
  const format = useDateFormat();
  const mark = date === undefined ? undefined : markOf(date);
  return (
    <Box sx={{ minHeight: 22, mb: 1, color: "text.secondary", fontSize: 13 }}>
      {date === undefined || mark === undefined ? (
        hint
      ) : (
        <>
          <Box component="span" sx={{ color: "text.primary" }}>
            {format.full(date)}
          </Box>
          {" · "}
          {m.year.day(mark.kind, mark.name, mark.isOwn)}
          {mark.isChanged && ` · ${m.year.changed}`}
          {isEditable && (
            <Box component="span" className="wide-only">
              {" · "}
              {m.year.click(mark.kind, mark.isOwn)}
            </Box>
          )}
        </>
      )}
    </Box>
  );
}
