import Box from "@mui/material/Box";
import type { Theme } from "@mui/material/styles";
import { Link } from "react-router-dom";
import { StateMark } from "../../../components/state-mark.tsx";
import { useRunTree } from "../../../services/runs.ts";
import type { RunTreeLine, RunView } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { useRunPageMessages } from "./messages.ts";
import { Part } from "./part.tsx";

/** The server answers no more lines than these. */
const mostLines = 1_000;
/** Deeper ones stand at one depth: their names must still be read. */
const deepest = 8;
const step = 14;

/** The family that the run belongs to, as it grows: what follows one another at one depth, what was sent together or by a task deeper. */
export function TreePart({ run }: { run: RunView }) {
  const m = useRunPageMessages().tree;
  const lines = useRunTree(run.id).data?.lines ?? [];
  if (lines.length < 2) return null;
  return (
    <Part title={m.title}>
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, maxHeight: 420, overflowY: "auto" }}>
        {lines.map((line) => (
          <Box
            component="li"
            key={`${line.kind} ${line.id}`}
            aria-current={line.id === run.id ? "true" : undefined}
            sx={{
              py: 0.5,
              pr: 0.75,
              pl: `${6 + Math.min(line.depth, deepest) * step}px`,
              borderTop: 1,
              borderColor: "rule",
              boxShadow: line.id === run.id ? (theme: Theme) => `inset 2px 0 ${theme.palette.text.primary}` : undefined,
              fontWeight: line.id === run.id ? 600 : undefined,
            }}
          >
            <Line line={line} isOpen={line.id === run.id} />
          </Box>
        ))}
      </Box>
      {lines.length >= mostLines && <Box sx={{ color: "text.secondary", fontSize: 13 }}>{m.capped}</Box>}
    </Part>
  );
}

function Line({ line, isOpen }: { line: RunTreeLine; isOpen: boolean }) {
  const m = useRunPageMessages().tree;
  if (line.kind === "group") {
    return (
      <Box sx={{ display: "flex", gap: 1, color: "text.secondary", fontSize: 13 }}>
        <Box sx={{ flex: 1 }}>{m.group(line.size ?? 0)}</Box>
        <span>{m.ended(line.ended ?? 0, line.size ?? 0)}</span>
      </Box>
    );
  }
  const name = (
    <Box sx={{ flex: 1, minWidth: 0, fontFamily: mono, fontSize: 13, overflowWrap: "anywhere" }}>
      {line.task}
      {line.role === "body" && (
        <Box sx={{ color: "text.secondary", fontSize: 12, fontFamily: (theme) => theme.typography.fontFamily }}>
          {m.body}
        </Box>
      )}
    </Box>
  );
  if (line.kind === "planned" || line.state === null) {
    return (
      <Box sx={{ display: "flex", gap: 1, color: "text.secondary" }}>
        {name}
        <Box sx={{ fontSize: 13, whiteSpace: "nowrap" }}>{m.planned}</Box>
      </Box>
    );
  }
  const state = <StateMark state={line.state} />;
  if (isOpen) {
    return (
      <Box sx={{ display: "flex", gap: 1 }}>
        {name}
        {state}
      </Box>
    );
  }
  return (
    <Box
      component={Link}
      to={`/runs/${encodeURIComponent(line.id)}`}
      sx={{ display: "flex", gap: 1, textDecoration: "none", "&:hover": { textDecoration: "underline" } }}
    >
      {name}
      {state}
    </Box>
  );
}
