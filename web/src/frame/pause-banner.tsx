import Box from "@mui/material/Box";
import { useTheme } from "@mui/material/styles";
import { Link } from "react-router-dom";
import { usePauseText } from "../components/pause-line.tsx";
import { usePauseMessages } from "../components/pause-messages.ts";
import { StateGlyph } from "../components/state-glyph.tsx";
import { When } from "../components/when.tsx";
import { usePauses } from "../services/pauses.ts";
import { useFrameMessages } from "./messages.ts";

/** While everything or a tag is paused, every page says so: the widest pause, and how many more there are of that kind. */
export function PauseBanner() {
  const m = useFrameMessages();
  const words = usePauseMessages();
  const text = usePauseText();
  const { palette } = useTheme();
  const wide = (usePauses().data ?? []).filter(({ scope }) => scope === "all" || scope === "tag");
  const shown = wide.find(({ scope }) => scope === "all") ?? wide[0];
  if (!shown) return null;
  return (
    <Box
      component="aside"
      aria-label={words.all}
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
        color: palette.state.held,
      }}
    >
      <Box sx={{ flex: "none", alignSelf: "center", display: "flex" }}>
        <StateGlyph state="held" size={12} />
      </Box>
      <Box component="span" sx={{ minWidth: 0, overflowWrap: "anywhere" }}>
        {text(shown)}
        {shown.untilAt !== null && (
          <>
            {" · "}
            {words.untilWord} <When at={shown.untilAt} />
          </>
        )}
        {wide.length > 1 && ` · ${m.morePauses(wide.length - 1)}`}
      </Box>
      <Box component={Link} to="/pauses" sx={{ flex: "none", ml: "auto" }}>
        {words.all}
      </Box>
    </Box>
  );
}
