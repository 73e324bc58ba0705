import Box from "@mui/material/Box";
import type { SxProps, Theme } from "@mui/material/styles";
import { useCalendarMessages } from "../messages.ts";
import { dayLooks, ownClosedLook } from "./day-looks.ts";

const marks: readonly { key: "closed" | "own" | "weekend" | "open"; look: SxProps<Theme> }[] = [
  { key: "closed", look: dayLooks.closed },
  { key: "own", look: ownClosedLook },
  { key: "weekend", look: dayLooks.weekend },
  { key: "open", look: dayLooks.open },
];

export function YearLegend() {
  const m = useCalendarMessages();
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1.5, fontSize: 12.5, color: "text.secondary" }}>
      {marks.map(({ key, look }) => (
        <Box key={key} component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 0.5 }}>
          <Box aria-hidden component="span" sx={[{ width: 12, height: 12, borderRadius: 0.5 }, look as object]} />
          {m.year.legend[key]}
        </Box>
      ))}
    </Box>
  );
}
