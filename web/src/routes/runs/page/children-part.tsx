import Box from "@mui/material/Box";
import { Link } from "react-router-dom";
import { StateMark } from "../../../components/state-mark.tsx";
import type { RunView } from "../../../services/wire.ts";
import { mono } from "../../../theme/theme.ts";
import { useRunPageMessages } from "./messages.ts";
import { Part } from "./part.tsx";

/** The server answers no more than these. */
const mostChildren = 200;

export function ChildrenPart({ run }: { run: RunView }) {
  const m = useRunPageMessages().children;
  if (run.children.length === 0) return null;
  return (
    <Part title={m.title}>
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, maxHeight: 300, overflowY: "auto" }}>
        {run.children.map((child) => (
          <Box component="li" key={child.id} sx={{ py: 0.5, borderTop: 1, borderColor: "rule" }}>
            <Box
              component={Link}
              to={`/runs/${encodeURIComponent(child.id)}`}
              sx={{ display: "flex", gap: 1, textDecoration: "none", "&:hover": { textDecoration: "underline" } }}
            >
              <Box sx={{ flex: 1, minWidth: 0, fontFamily: mono, fontSize: 13, overflowWrap: "anywhere" }}>
                {child.task}
              </Box>
              <StateMark state={child.state} />
            </Box>
          </Box>
        ))}
      </Box>
      {run.children.length >= mostChildren && <Box sx={{ color: "text.secondary", fontSize: 13 }}>{m.capped}</Box>}
    </Part>
  );
}
