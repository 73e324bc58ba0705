import Box from "@mui/material/Box";
import { useId } from "react";
import { useCalendarMessages } from "../messages.ts";
import { useDateFormat } from "./date-format.ts";
import { dayLooks, ownClosedLook } from "./day-looks.ts";
import type { DayMark } from "./day-mark.ts";
import type { Month } from "./plain-date.ts";

interface Props {
  month: Month;
  year: number;
  today: string;
  /** The one day of the year that Tab reaches. */
  active: string;
  firstWeekday: number;
  markOf: (date: string) => DayMark;
  isEditable: boolean;
  onPoint: (date: string | undefined) => void;
  onPick: (date: string) => void;
}

const week = [0, 1, 2, 3, 4, 5, 6];

export function MonthGrid(props: Props) {
  const { month, year, firstWeekday } = props;
  const format = useDateFormat();
  const id = useId();
  return (
    <Box>
      <Box component="h3" id={id} sx={{ m: 0, mb: 0.25, pl: 0.75, typography: "h3" }}>
        <span aria-hidden>{format.month(year, month.number)}</span>
        <span className="visually-hidden">{format.monthOfYear(year, month.number)}</span>
      </Box>
      <Box
        component="table"
        role="grid"
        aria-labelledby={id}
        aria-readonly={!props.isEditable}
        sx={{ borderCollapse: "separate", borderSpacing: 1, tableLayout: "fixed", width: "100%" }}
      >
        <thead>
          <tr>
            {week.map((index) => (
              <Box
                component="th"
                key={index}
                scope="col"
                aria-label={format.longWeekday((index + firstWeekday) % 7)}
                sx={{ p: 0, fontSize: 11.5, fontWeight: 400, color: "text.secondary" }}
              >
                {format.weekday((index + firstWeekday) % 7)}
              </Box>
            ))}
          </tr>
        </thead>
        <tbody>
          {month.weeks.map((days, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the weeks of a month keep their places
            <tr key={row}>
              {days.map((date, column) =>
                date === null ? (
                  // biome-ignore lint/suspicious/noArrayIndexKey: as above
                  <td key={column} />
                ) : (
                  <Day key={date} date={date} {...props} />
                ),
              )}
            </tr>
          ))}
        </tbody>
      </Box>
    </Box>
  );
}

function Day({ date, today, active, markOf, isEditable, onPoint, onPick }: Props & { date: string }) {
  const m = useCalendarMessages();
  const format = useDateFormat();
  const mark = markOf(date);
  const isOwnClosed = mark.kind === "closed" && mark.isOwn;
  return (
    <Box
      component="td"
      role="gridcell"
      data-date={date}
      data-kind={mark.kind}
      tabIndex={date === active ? 0 : -1}
      aria-current={date === today ? "date" : undefined}
      aria-label={`${format.full(date)}, ${m.year.day(mark.kind, mark.name, mark.isOwn)}${mark.isChanged ? `, ${m.year.changed}` : ""}`}
      onPointerEnter={() => onPoint(date)}
      onFocus={() => onPoint(date)}
      onClick={() => isEditable && onPick(date)}
      sx={[
        {
          position: "relative",
          p: 0,
          height: { xs: 34, md: 27 },
          borderRadius: 0.75,
          textAlign: "center",
          fontSize: 13,
          userSelect: "none",
          cursor: isEditable ? "pointer" : "default",
          "&:hover": isEditable ? { outline: "1px solid", outlineColor: "text.secondary" } : {},
        },
        dayLooks[mark.kind] as object,
        isOwnClosed && (ownClosedLook as object),
        date === today && { textDecoration: "underline", textUnderlineOffset: "3px", textDecorationThickness: "2px" },
      ]}
    >
      {Number(date.slice(8))}
      {mark.isChanged && (
        <Box
          sx={{
            position: "absolute",
            top: 2,
            right: 2,
            width: 6,
            height: 6,
            borderRadius: "50%",
            bgcolor: "state.running",
            border: 1,
            borderColor: "background.default",
          }}
        />
      )}
    </Box>
  );
}
