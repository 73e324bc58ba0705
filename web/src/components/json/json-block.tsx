import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useMemo, useState } from "react";
import { mono } from "../../theme/theme.ts";
import { CopyButton } from "../copy-button.tsx";
import { withDots } from "../sealed.ts";

/** More than this is shown on request: a result may be megabytes. */
const shownAtFirst = 20_000;

/** A JSON value to read and to copy. */
export function JsonBlock({ value, showAll }: { value: unknown; showAll: string }) {
  const text = useMemo(() => JSON.stringify(withDots(value), null, 2) ?? "null", [value]);
  const [isWhole, setWhole] = useState(false);
  const isCut = !isWhole && text.length > shownAtFirst;
  return (
    <Box sx={{ position: "relative", bgcolor: "sunken", border: 1, borderColor: "rule", borderRadius: 1 }}>
      <Box sx={{ position: "absolute", top: 2, right: 2 }}>
        <CopyButton text={text} />
      </Box>
      <Box
        component="pre"
        tabIndex={0}
        sx={{
          m: 0,
          p: 1,
          pr: 4,
          maxHeight: 320,
          overflow: "auto",
          fontFamily: mono,
          fontSize: 12.5,
          lineHeight: 1.5,
          whiteSpace: "pre-wrap",
          overflowWrap: "anywhere",
        }}
      >
        {isCut ? `${text.slice(0, shownAtFirst)} …` : text}
      </Box>
      {isCut && (
        <Button variant="text" onClick={() => setWhole(true)}>
          {showAll}
        </Button>
      )}
    </Box>
  );
}
