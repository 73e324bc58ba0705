import type { SxProps, Theme } from "@mui/material/styles";
import { mono } from "../../../theme/theme.ts";
import { fontSize, rowHeight } from "./use-line-heights.ts";

const light = {
  black: "#24292f",
  red: "#cf222e",
  green: "#1c7c4a",
  yellow: "#855c00",
  blue: "#1a66d6",
  magenta: "#8a3fb8",
  cyan: "#0f7480",
  white: "#6a717c",
};
const dark = {
  black: "#8b929c",
  red: "#ff6b70",
  green: "#4cc38a",
  yellow: "#e3b341",
  blue: "#6cb0ff",
  magenta: "#d2a0f5",
  cyan: "#5cc8d4",
  white: "#d5d9df",
};

/** The terminal's sixteen colours, each legible on this surface; as a ground, mixed into it. */
function ansi(theme: Theme) {
  const colours = theme.palette.mode === "dark" ? dark : light;
  return Object.fromEntries(
    Object.entries(colours).flatMap(([name, colour]) => [
      [`& .ansi-${name}-fg, & .ansi-bright-${name}-fg`, { color: colour }],
      [
        `& .ansi-${name}-bg, & .ansi-bright-${name}-bg`,
        { backgroundColor: `color-mix(in srgb, ${colour} 28%, transparent)` },
      ],
    ]),
  );
}

/** The look of the lines, once for all of them. */
export const logStyle =
  (isWrapped: boolean): SxProps<Theme> =>
  (theme) => ({
    flex: 1,
    minHeight: 0,
    overflow: "auto",
    overscrollBehaviorX: "contain",
    bgcolor: "sunken",
    fontFamily: mono,
    fontSize,
    lineHeight: `${rowHeight}px`,
    "&:focus-visible": { outlineOffset: -2 },
    "& .log-row": {
      position: "absolute",
      top: 0,
      left: 0,
      minWidth: "100%",
      width: isWrapped ? "100%" : "max-content",
    },
    "& .log-line": { display: "flex", minHeight: rowHeight, pr: 2, borderLeft: "3px solid transparent" },
    "& .log-line:hover": { bgcolor: "action.hover" },
    "& .log-line[data-level=WARN]": { borderLeftColor: theme.palette.state.retrying },
    "& .log-line[data-level=ERROR]": { borderLeftColor: theme.palette.state.failed },
    "& .log-line[data-linked]": { bgcolor: `color-mix(in srgb, ${theme.palette.state.retrying} 22%, transparent)` },
    "& .log-line[data-current]": { bgcolor: "action.selected" },
    "& .log-number": {
      flex: "none",
      minWidth: { xs: 34, md: 52 },
      pr: { xs: 1, md: 1.5 },
      textAlign: "right",
      color: "text.disabled",
      textDecoration: "none",
      userSelect: "none",
    },
    "& .log-number:hover": { textDecoration: "underline", color: "text.primary" },
    "& .log-time": { flex: "none", width: 104, color: "text.secondary", display: { xs: "none", md: "block" } },
    "& .log-level": { flex: "none", width: 52, color: "text.secondary", display: { xs: "none", md: "block" } },
    "& .log-line[data-level=WARN] .log-level": { color: theme.palette.state.retrying, fontWeight: 600 },
    "& .log-line[data-level=ERROR] .log-level": { color: theme.palette.state.failed, fontWeight: 600 },
    "& .log-line[data-level=DEBUG] .log-text": { color: "text.secondary" },
    "& .log-text": {
      minWidth: 0,
      whiteSpace: isWrapped ? "pre-wrap" : "pre",
      overflowWrap: isWrapped ? "anywhere" : undefined,
      tabSize: 4,
    },
    "& .log-hit": { bgcolor: "#ffd33d", color: "#1f2328", borderRadius: "2px" },
    "& .log-attempt": {
      position: "sticky",
      left: 0,
      width: "fit-content",
      pl: { xs: 1, md: 1.5 },
      pt: 1,
      fontFamily: theme.typography.fontFamily,
      fontWeight: 600,
      color: "text.secondary",
    },
    ...ansi(theme),
  });
