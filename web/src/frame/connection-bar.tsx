import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useEffect, useState } from "react";
import { live, useConnection } from "../services/live.ts";
import { useFrameMessages } from "./messages.ts";

/** A blink of the connection is not worth a word. */
const patienceMs = 1_500;

/** True once the event stream has been away for a moment: what is on the screen may be stale. */
export function useStale(): boolean {
  const isLost = useConnection() === "lost";
  const [isStale, setStale] = useState(false);
  useEffect(() => {
    if (!isLost) {
      setStale(false);
      return;
    }
    const timer = window.setTimeout(() => setStale(true), patienceMs);
    return () => window.clearTimeout(timer);
  }, [isLost]);
  return isStale;
}

export function ConnectionBar() {
  const m = useFrameMessages();
  return (
    <Box
      role="status"
      sx={{
        display: "flex",
        alignItems: "center",
        justifyContent: "center",
        gap: 1,
        px: 2,
        py: 0.25,
        fontSize: 13,
        bgcolor: "text.primary",
        color: "background.default",
      }}
    >
      {m.connection.lost}
      <Button
        variant="text"
        color="inherit"
        sx={{ minHeight: 26, py: 0, textDecoration: "underline" }}
        onClick={() => live.retryNow()}
      >
        {m.connection.retry}
      </Button>
    </Box>
  );
}
