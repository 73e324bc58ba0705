import CheckIcon from "@mui/icons-material/Check";
import ContentCopyIcon from "@mui/icons-material/ContentCopyOutlined";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import { useEffect, useState } from "react";
import { useComponentMessages } from "./messages.ts";

/** Copies a text, and says for a moment that it has. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const m = useComponentMessages();
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = window.setTimeout(() => setDone(false), 1_500);
    return () => window.clearTimeout(timer);
  }, [isDone]);
  const words = isDone ? m.copied : (label ?? m.copy);
  return (
    <Tooltip title={words}>
      <IconButton
        aria-label={words}
        onClick={() => void navigator.clipboard.writeText(text).then(() => setDone(true))}
        sx={{ p: 0.5, color: "text.secondary" }}
      >
        {isDone ? <CheckIcon sx={{ fontSize: 15 }} /> : <ContentCopyIcon sx={{ fontSize: 15 }} />}
      </IconButton>
    </Tooltip>
  );
}
