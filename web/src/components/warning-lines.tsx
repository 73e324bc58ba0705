import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import { useFormat } from "../i18n/use-format.ts";
import type { Warning } from "../services/wire.ts";
import { StateGlyph } from "./state-glyph.tsx";

/** What its reader can act on: a task that nobody knows, a queue that nobody serves. */
export function WarningLines({ warnings }: { warnings: readonly Warning[] }) {
  const format = useFormat();
  const { palette } = useTheme();
  return warnings.map((warning) => (
    <Box
      key={warning.code}
      sx={{ display: "flex", gap: 0.5, alignItems: "center", fontSize: 12.5, color: palette.state.missed }}
    >
      <StateGlyph state="missed" size={11} />
      <span>{format.text(warning.text)}</span>
    </Box>
  ));
}
