import { createTheme, type Theme } from "@mui/material/styles";
import type {} from "@mui/material/themeCssVarsAugmentation";
import { darkStates, lightStates, type StateKind } from "./states.ts";

declare module "@mui/material/styles" {
  interface Palette {
    state: Readonly<Record<StateKind, string>>;
    /** The rule between rows, fainter than `divider`. */
    rule: string;
    /** The sidebar, table heads and code: one step off the paper. */
    sunken: string;
  }
  interface PaletteOptions {
    state?: Readonly<Record<StateKind, string>>;
    rule?: string;
    sunken?: string;
  }
}

export const sans =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Hiragino Sans", "Hiragino Kaku Gothic ProN", "Yu Gothic UI", Meiryo, "Noto Sans CJK JP", "Noto Sans JP", sans-serif';
export const mono =
  'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "Noto Sans Mono", "DejaVu Sans Mono", monospace';

const light = {
  mode: "light" as const,
  primary: { main: "#23272f", contrastText: "#ffffff" },
  secondary: { main: "#4b5563" },
  error: { main: lightStates.failed },
  warning: { main: lightStates.missed },
  success: { main: lightStates.succeeded },
  info: { main: lightStates.running },
  background: { default: "#ffffff", paper: "#ffffff" },
  text: { primary: "#1f2328", secondary: "#5a626d", disabled: "#8b929c" },
  divider: "#d9dde3",
  rule: "#ebedf0",
  sunken: "#f6f7f9",
  state: lightStates,
};

const dark = {
  mode: "dark" as const,
  primary: { main: "#e6e8ec", contrastText: "#15181d" },
  secondary: { main: "#b3bac4" },
  error: { main: darkStates.failed },
  warning: { main: darkStates.missed },
  success: { main: darkStates.succeeded },
  info: { main: darkStates.running },
  background: { default: "#15181d", paper: "#1a1e24" },
  text: { primary: "#e6e8ec", secondary: "#a0a8b4", disabled: "#717985" },
  divider: "#363c46",
  rule: "#262b33",
  sunken: "#1b1f26",
  state: darkStates,
};

/** Calm and dense: one neutral surface, thin rules, ink for buttons. Colour is left to states. */
export function makeTheme(mode: "light" | "dark"): Theme {
  const palette = mode === "dark" ? dark : light;
  const menuShadow = mode === "dark" ? "0 4px 16px rgb(0 0 0 / 0.5)" : "0 4px 16px rgb(27 31 36 / 0.14)";
  return createTheme({
    palette,
    shape: { borderRadius: 6 },
    spacing: 8,
    typography: {
      fontFamily: sans,
      fontSize: 14,
      htmlFontSize: 16,
      h1: { fontSize: 20, fontWeight: 600, lineHeight: 1.3 },
      h2: { fontSize: 16, fontWeight: 600, lineHeight: 1.4 },
      h3: { fontSize: 14, fontWeight: 600, lineHeight: 1.4 },
      body1: { fontSize: 14, lineHeight: 1.5 },
      body2: { fontSize: 13, lineHeight: 1.45 },
      caption: { fontSize: 12, lineHeight: 1.4 },
      button: { fontSize: 13.5, textTransform: "none", fontWeight: 500, lineHeight: 1.5 },
    },
    components: {
      MuiCssBaseline: {
        styleOverrides: {
          ":root": { colorScheme: mode },
          body: {
            fontVariantNumeric: "tabular-nums",
            WebkitFontSmoothing: "antialiased",
            textSpacingTrim: "trim-start",
          },
          "code, pre, kbd": { fontFamily: mono, fontSize: "0.93em" },
          a: { color: "inherit" },
          ":focus-visible": { outline: `2px solid ${palette.state.running}`, outlineOffset: 1 },
        },
      },
      MuiButtonBase: { defaultProps: { disableRipple: true } },
      MuiButton: {
        defaultProps: { size: "small", disableElevation: true, variant: "outlined", color: "primary" },
        styleOverrides: {
          root: { minHeight: 32, paddingInline: 12, whiteSpace: "nowrap" },
          outlined: { borderColor: palette.divider },
          text: { paddingInline: 8 },
        },
      },
      MuiIconButton: { defaultProps: { size: "small" }, styleOverrides: { root: { borderRadius: 6 } } },
      MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: "none" } } },
      MuiMenu: {
        styleOverrides: { paper: { border: `1px solid ${palette.divider}`, boxShadow: menuShadow } },
      },
      MuiPopover: {
        styleOverrides: { paper: { border: `1px solid ${palette.divider}`, boxShadow: menuShadow } },
      },
      MuiMenuItem: { styleOverrides: { root: { fontSize: 14, minHeight: 34 } } },
      MuiAutocomplete: {
        defaultProps: { size: "small" },
        styleOverrides: {
          paper: { border: `1px solid ${palette.divider}`, boxShadow: menuShadow },
          option: { fontSize: 14 },
        },
      },
      MuiDialog: {
        styleOverrides: { paper: { border: `1px solid ${palette.divider}`, boxShadow: menuShadow } },
      },
      MuiDialogTitle: { styleOverrides: { root: { fontSize: 16, fontWeight: 600, paddingBottom: 8 } } },
      MuiDialogActions: { styleOverrides: { root: { padding: "8px 24px 20px" } } },
      MuiTextField: { defaultProps: { size: "small" } },
      MuiFormControl: { defaultProps: { size: "small" } },
      MuiOutlinedInput: {
        styleOverrides: {
          root: { fontSize: 14, "& .MuiOutlinedInput-notchedOutline": { borderColor: palette.divider } },
        },
      },
      MuiInputLabel: { styleOverrides: { root: { fontSize: 14 } } },
      MuiFormHelperText: { styleOverrides: { root: { marginInline: 0, fontSize: 12.5, lineHeight: 1.45 } } },
      MuiFormControlLabel: { styleOverrides: { label: { fontSize: 14 } } },
      MuiSwitch: {
        styleOverrides: {
          root: { width: 44, height: 32, padding: "7px 6px" },
          switchBase: {
            padding: 9,
            "&.Mui-checked": { transform: "translateX(14px)", color: palette.background.default },
            "&.Mui-checked + .MuiSwitch-track": { opacity: 1, backgroundColor: palette.primary.main },
            "&.Mui-disabled + .MuiSwitch-track": { opacity: 0.4 },
            "&.Mui-disabled, &.Mui-checked.Mui-disabled": { color: palette.background.default },
            "&.Mui-focusVisible + .MuiSwitch-track": {
              outline: `2px solid ${palette.state.running}`,
              outlineOffset: 2,
            },
          },
          thumb: { width: 14, height: 14, boxShadow: "none" },
          track: { borderRadius: 9, opacity: 1, backgroundColor: mode === "dark" ? "#59616d" : "#aab1bb" },
        },
      },
      MuiCheckbox: { defaultProps: { size: "small" }, styleOverrides: { root: { padding: 6 } } },
      MuiRadio: { defaultProps: { size: "small" }, styleOverrides: { root: { padding: 6 } } },
      MuiTabs: {
        styleOverrides: {
          root: { minHeight: 36, borderBottom: `1px solid ${palette.divider}` },
          indicator: { height: 2, backgroundColor: palette.text.primary },
        },
      },
      MuiTab: {
        styleOverrides: {
          root: {
            minHeight: 36,
            minWidth: 0,
            padding: "6px 12px",
            fontSize: 14,
            "&.Mui-selected": { color: palette.text.primary },
          },
        },
      },
      MuiTooltip: {
        defaultProps: { enterDelay: 250, disableInteractive: true },
        styleOverrides: {
          tooltip: {
            fontSize: 12.5,
            fontWeight: 400,
            lineHeight: 1.5,
            padding: "6px 10px",
            backgroundColor: mode === "dark" ? "#2d333d" : "#23272f",
            color: "#f3f4f6",
            fontVariantNumeric: "tabular-nums",
            whiteSpace: "pre-line",
          },
        },
      },
      MuiChip: {
        styleOverrides: { root: { borderRadius: 5, height: 22, fontSize: 12.5 }, label: { paddingInline: 7 } },
      },
      MuiAlert: {
        styleOverrides: {
          root: {
            padding: "4px 12px",
            fontSize: 13.5,
            alignItems: "flex-start",
            border: "1px solid",
            borderColor: palette.divider,
          },
          standard: { backgroundColor: palette.sunken, color: palette.text.primary },
        },
      },
      MuiTableCell: {
        styleOverrides: {
          root: { borderBottomColor: palette.rule, padding: "5px 10px", fontSize: 14 },
          head: {
            color: palette.text.secondary,
            fontSize: 12.5,
            fontWeight: 500,
            borderBottomColor: palette.divider,
            whiteSpace: "nowrap",
            backgroundColor: palette.background.default,
          },
        },
      },
      MuiSnackbarContent: { styleOverrides: { root: { minWidth: 0, fontSize: 14, boxShadow: menuShadow } } },
    },
  });
}
