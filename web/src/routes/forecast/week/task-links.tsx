import Box from "@mui/material/Box";
import { Link } from "react-router-dom";
import { useFormat } from "../../../i18n/use-format.ts";
import { useForecastMessages } from "../messages.ts";

const shown = 5;

/** The first of the periodic tasks, as links, and how many schedules more there are. */
export function TaskLinks({ tasks, all }: { tasks: readonly { id: number; name: string }[]; all: number }) {
  const m = useForecastMessages();
  const { number } = useFormat();
  const first = tasks.slice(0, shown);
  return (
    <Box sx={{ fontSize: 13, display: "flex", flexWrap: "wrap", columnGap: 1.5 }}>
      {first.map(({ id, name }) => (
        <Box
          key={id}
          component={Link}
          to={`/periodic-tasks/${id}`}
          sx={{ maxWidth: 260, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}
        >
          {name}
        </Box>
      ))}
      {all > first.length && (
        <Box component="span" sx={{ color: "text.secondary" }}>
          {m.week.more(number(all - first.length))}
        </Box>
      )}
    </Box>
  );
}
