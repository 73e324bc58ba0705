import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import type { ReactNode } from "react";
import { Link } from "react-router-dom";
import { StateGlyph } from "../components/state-glyph.tsx";
import { stateKind } from "../theme/states.ts";

interface Props {
  state: string;
  /** Where it is dealt with. */
  to: string;
  action: string;
  children: ReactNode;
}

/** One line below the head of every page, for what concerns all of them. */
export function Banner({ state, to, action, children }: Props) {
  const { palette } = useTheme();
  return (
    <Box
      component="aside"
      aria-label={action}
      sx={{
        display: "flex",
        alignItems: "baseline",
        gap: 1,
        px: { xs: 2, md: 3 },
        py: 0.5,
        fontSize: 13,
        borderBottom: 1,
        borderColor: "divider",
        bgcolor: "sunken",
        color: palette.state[stateKind(state)],
      }}
    >
      <Box sx={{ flex: "none", alignSelf: "center", display: "flex" }}>
        <StateGlyph state={state} size={12} />
      </Box>
      <Box component="span" sx={{ minWidth: 0, overflowWrap: "anywhere" }}>
        {children}
      </Box>
      <Box component={Link} to={to} sx={{ flex: "none", ml: "auto" }}>
        {action}
      </Box>
    </Box>
  );
}
