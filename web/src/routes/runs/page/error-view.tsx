import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useTheme } from "@mui/material/styles";
import { useState } from "react";
import { CopyButton } from "../../../components/copy-button.tsx";
import type { RunError } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { useRunPageMessages } from "./messages.ts";
import { stackFrames } from "./stack-frames.ts";

/** An error: what it says, then where in the project's own code it was; the whole stack on request. */
export function ErrorView({ error }: { error: RunError }) {
  const m = useRunPageMessages();
  const { palette } = useTheme();
  const frames = error.stack === null ? [] : stackFrames(error.stack);
  const own = frames.filter((frame) => frame.isOwn);
  const [isWhole, setWhole] = useState(own.length === 0);
  const shown = isWhole ? frames : own;
  return (
    <Box
      sx={{ borderLeft: 3, borderColor: palette.state.failed, bgcolor: "sunken", borderRadius: "0 4px 4px 0", p: 1 }}
    >
      <Box sx={{ display: "flex", alignItems: "flex-start", gap: 1 }}>
        <Box sx={{ flex: 1, minWidth: 0, overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          <Box component="span" sx={{ color: palette.state.failed, fontWeight: 600 }}>
            {error.name}
            {error.code !== null && ` (${error.code})`}
            {": "}
          </Box>
          {error.message}
        </Box>
        <CopyButton text={error.stack ?? `${error.name}: ${error.message}`} />
      </Box>
      {shown.length > 0 && (
        <Box component="ol" sx={{ listStyle: "none", m: 0, mt: 0.75, p: 0, fontFamily: mono, fontSize: 12 }}>
          {shown.map((frame, index) => (
            <Box
              component="li"
              // biome-ignore lint/suspicious/noArrayIndexKey: a recursive stack repeats its frames, and frames never move
              key={index}
              sx={{
                overflowWrap: "anywhere",
                py: 0.125,
                pl: 2,
                textIndent: "-16px",
                color: frame.isOwn ? undefined : "text.secondary",
              }}
            >
              {frame.text}
            </Box>
          ))}
        </Box>
      )}
      {own.length > 0 && own.length < frames.length && (
        <Button
          variant="text"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
          sx={{ mt: 0.5, ml: -1, minHeight: 26, py: 0, color: "text.secondary" }}
        >
          {isWhole ? m.stack.own : m.stack.all(frames.length)}
        </Button>
      )}
    </Box>
  );
}
