import type { SxProps, Theme } from "@mui/material/styles";
import type { DayMark } from "./day-mark.ts";

/** Colour is left to states: closed is filled, one's own dates in ink; a ring is an own working day; weekends are sunken. */
export const dayLooks: Readonly<Record<DayMark["kind"], SxProps<Theme>>> = {
  working: {},
  weekend: { bgcolor: "sunken", color: "text.secondary" },
  closed: { bgcolor: "divider", fontWeight: 600 },
  open: { boxShadow: (theme: Theme) => `inset 0 0 0 1.5px ${theme.palette.text.primary}` },
};
export const ownClosedLook: SxProps<Theme> = { bgcolor: "text.primary", color: "background.default", fontWeight: 600 };
