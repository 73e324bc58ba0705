import Box from "@mui/material/Box";
import { Link } from "react-router-dom";
import { useFormat } from "../../i18n/use-format.ts";
import type { QueueView } from "../../services/wire.ts";
import { useWorkerMessages } from "./messages.ts";

/** Counts stop here. */
const cap = 10_000;

/** How many of a queue's runs are in a state; leads to them. */
export function QueueCount({ queue, state }: { queue: QueueView; state: "ready" | "running" | "scheduled" | "held" }) {
  const m = useWorkerMessages();
  const format = useFormat();
  const value = queue[state];
  if (value === 0) {
    return (
      <Box component="span" sx={{ color: "text.disabled" }}>
        0
      </Box>
    );
  }
  return (
    <Box
      component={Link}
      to={`/runs?queue=${encodeURIComponent(queue.name)}&state=${state}`}
      aria-label={`${m.runsOf(queue.name)}: ${m.columns[state]} ${value}`}
      sx={{ textDecorationColor: "text.disabled" }}
    >
      {m.count(format.number(value), queue.capped && value >= cap)}
    </Box>
  );
}
