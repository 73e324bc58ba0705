import Box from "@mui/material/Box";
import { memo, useId } from "react";
import { useCalendarMessages } from "../messages.ts";
import { useDateFormat } from "./date-format.ts";
import { lookOf } from "./day-looks.ts";
import type { DayMark } from "./day-mark.ts";
import type { Month } from "./plain-date.ts";

interface Props {
  month: Month;
  year: number;
  today: string;
  /** The one day of the year that Tab reaches; undefined in the other months. */
  active: string | undefined;
  firstWeekday: number;
  /** Must stay the same function while the days do: a month is drawn again when it changes. */
  markOf: (date: string) => DayMark;
  isEditable: boolean;
}

const week = [0, 1, 2, 3, 4, 5, 6];

/** A month; events are handled by the year around it, by the days' `data-date`. */
export const MonthGrid = memo(function MonthGrid(props: Props) {
  const { month, year, firstWeekday, today, active, markOf, isEditable } = props;
  const m = useCalendarMessages();
  const format = useDateFormat();
  const id = useId();
  const cell = (date: string) => {
    const mark = markOf(date);
    const said = m.year.day(mark.kind, mark.name, mark.isOwn);
    return (
      <td
        key={date}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a day takes the focus and keys, which a plain cell does not tell
        role="gridcell"
        data-date={date}
        data-kind={mark.kind}
        data-look={lookOf(mark)}
        data-changed={mark.isChanged || undefined}
        tabIndex={date === active ? 0 : -1}
        aria-current={date === today ? "date" : undefined}
        aria-label={`${format.full(date)}, ${said}${mark.isChanged ? `, ${m.year.changed}` : ""}`}
      >
        {Number(date.slice(8))}
      </td>
    );
  };
  return (
    <div>
      <Box component="h3" id={id} sx={{ m: 0, mb: 0.25, pl: 0.75, typography: "h3" }}>
        <span aria-hidden>{format.month(year, month.number)}</span>
        <span className="visually-hidden">{format.monthOfYear(year, month.number)}</span>
      </Box>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table that one walks with the arrows */}
      <table role="grid" aria-labelledby={id} aria-readonly={!isEditable}>
        <thead>
          <tr>
            {week.map((index) => (
              <th key={index} scope="col" aria-label={format.longWeekday((index + firstWeekday) % 7)}>
                {format.weekday((index + firstWeekday) % 7)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {month.weeks.map((days, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the weeks of a month keep their places
            <tr key={row}>
              {days.map((date, column) =>
                // biome-ignore lint/suspicious/noArrayIndexKey: as above
                date === null ? <td key={column} /> : cell(date),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});
