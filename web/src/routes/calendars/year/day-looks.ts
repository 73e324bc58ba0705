import type { Theme } from "@mui/material/styles";
import type { DayMark } from "./day-mark.ts";

/** How a day looks, by what it is; own closed dates apart from holidays. */
export type DayLook = DayMark["kind"] | "own";

export const lookOf = ({ kind, isOwn }: DayMark): DayLook => (kind === "closed" && isOwn ? "own" : kind);

/** Colour is left to states: closed is filled, one's own dates in ink; a ring is an own working day; weekends are sunken. */
const looks = ({ palette }: Theme) => ({
  '&[data-look="weekend"]': { backgroundColor: palette.sunken, color: palette.text.secondary },
  '&[data-look="closed"]': { backgroundColor: palette.divider, fontWeight: 600 },
  '&[data-look="own"]': {
    backgroundColor: palette.text.primary,
    color: palette.background.default,
    fontWeight: 600,
  },
  '&[data-look="open"]': { boxShadow: `inset 0 0 0 1.5px ${palette.text.primary}` },
});

/** For an element that holds marks of the legend. */
export const legendStyle = (theme: Theme) => ({
  "& [data-look]": { width: 12, height: 12, borderRadius: "3px", ...looks(theme) },
});

/** One style for all 365 cells: a class for each would be worked out anew at every step of the keyboard. */
export const yearStyle = (theme: Theme) => ({
  "& table": { borderCollapse: "separate", borderSpacing: 1, tableLayout: "fixed", width: "100%" },
  "& th": { padding: 0, fontSize: 11.5, fontWeight: 400, color: theme.palette.text.secondary },
  "& td[data-look]": {
    position: "relative",
    padding: 0,
    height: 34,
    [theme.breakpoints.up("md")]: { height: 27 },
    borderRadius: "5px",
    textAlign: "center",
    fontSize: 13,
    userSelect: "none",
    cursor: "default",
    ...looks(theme),
    '&[aria-current="date"]': {
      textDecoration: "underline",
      textUnderlineOffset: "3px",
      textDecorationThickness: "2px",
    },
  },
  '& [aria-readonly="false"] td[data-look]': {
    cursor: "pointer",
    "&:hover": { outline: `1px solid ${theme.palette.text.secondary}` },
  },
  "& td[data-changed]::after": {
    content: '""',
    position: "absolute",
    top: 2,
    right: 2,
    width: 6,
    height: 6,
    borderRadius: "50%",
    backgroundColor: theme.palette.state.running,
    border: `1px solid ${theme.palette.background.default}`,
  },
});
