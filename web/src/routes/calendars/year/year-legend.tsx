import Box from "@mui/material/Box";
import { useCalendarMessages } from "../messages.ts";
import { type DayLook, legendStyle } from "./day-looks.ts";

const marks: readonly { key: "closed" | "own" | "weekend" | "open"; look: DayLook }[] = [
  { key: "closed", look: "closed" },
  { key: "own", look: "own" },
  { key: "weekend", look: "weekend" },
  { key: "open", look: "open" },
];

export function YearLegend() {
  const m = useCalendarMessages();
  return (
    <Box
      sx={[
        { display: "flex", flexWrap: "wrap", columnGap: 1.5, fontSize: 12.5, color: "text.secondary" },
        (theme) => legendStyle(theme),
      ]}
    >
      {marks.map(({ key, look }) => (
        <Box key={key} component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 0.5 }}>
          <span aria-hidden data-look={look} />
          {m.year.legend[key]}
        </Box>
      ))}
    </Box>
  );
}
