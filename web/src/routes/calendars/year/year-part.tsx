import ChevronLeftIcon from "@mui/icons-material/ChevronLeft";
import ChevronRightIcon from "@mui/icons-material/ChevronRight";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import { useId } from "react";
import { useCalendarMessages } from "../messages.ts";
import type { DayMark } from "./day-mark.ts";
import { datesBetween, weekdayOf } from "./plain-date.ts";
import { YearLegend } from "./year-legend.tsx";
import { YearView } from "./year-view.tsx";

interface Props {
  year: number;
  today: string;
  markOf: (date: string) => DayMark;
  onToggle?: ((date: string) => void) | undefined;
  onYear: (year: number) => void;
}

export function YearPart(props: Props) {
  const { year, markOf, onYear } = props;
  const m = useCalendarMessages();
  const id = useId();
  const closed = datesBetween(`${year}-01-01`, `${year}-12-31`, 366).filter((date) =>
    ["closed", "weekend"].includes(markOf(date).kind),
  );
  const onWeekdays = closed.filter((date) => weekdayOf(date) % 6 !== 0).length;
  return (
    <Box component="section" aria-labelledby={id} sx={{ minWidth: 0 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 1, mb: 0.5 }}>
        <IconButton aria-label={m.year.previous} onClick={() => onYear(year - 1)}>
          <ChevronLeftIcon fontSize="small" />
        </IconButton>
        <Box component="h2" id={id} sx={{ m: 0, typography: "h2" }}>
          {m.year.title(String(year))}
        </Box>
        <IconButton aria-label={m.year.next} onClick={() => onYear(year + 1)}>
          <ChevronRightIcon fontSize="small" />
        </IconButton>
        <Box sx={{ color: "text.secondary", fontSize: 13 }}>{m.year.count(closed.length, onWeekdays)}</Box>
        <Box sx={{ flex: 1 }} />
        <YearLegend />
      </Box>
      <YearView {...props} />
    </Box>
  );
}
