import Box from "@mui/material/Box";
import Tooltip from "@mui/material/Tooltip";
import { useNavigate } from "react-router-dom";
import { useNow } from "../../components/now.ts";
import { When } from "../../components/when.tsx";
import { useFormat } from "../../i18n/use-format.ts";
import type { Overview } from "../../services/wire.ts";
import { useOverviewMessages } from "./messages.ts";
import { LinkRow, OverviewPart, Rows } from "./overview-part.tsx";

const hour = 3_600_000;
const listed = 12;
const ticks = [0, 15, 30, 45, 60];

/** What comes next: the coming hour as a lane, and the first of it as a list. */
export function UpcomingPart({ upcoming }: { upcoming: Overview["upcoming"] }) {
  const m = useOverviewMessages();
  const now = useNow(1_000);
  const coming = upcoming.filter(({ at }) => at > now - 1_000);
  return (
    <OverviewPart title={m.upcoming}>
      {coming.length === 0 ? (
        <Box sx={{ color: "text.secondary" }}>{m.nothingNext}</Box>
      ) : (
        <>
          <Lane coming={coming} now={now} />
          <Rows>
            {coming.slice(0, listed).map(({ periodicTaskId, name, at }) => (
              <LinkRow key={`${periodicTaskId}-${at}`} to={`/periodic-tasks/${periodicTaskId}`}>
                <Box component="span" sx={{ minWidth: 110, color: "text.secondary" }}>
                  <When at={at} />
                </Box>
                <Box component="span" sx={{ minWidth: 0, overflow: "hidden", textOverflow: "ellipsis" }}>
                  {name}
                </Box>
              </LinkRow>
            ))}
          </Rows>
          {coming.length > listed && (
            <Box sx={{ color: "text.secondary", fontSize: 13, pt: 0.5, px: 1 }}>{m.more(coming.length - listed)}</Box>
          )}
        </>
      )}
    </OverviewPart>
  );
}

/** One mark for each; those of one moment stand on each other. */
function Lane({ coming, now }: { coming: Overview["upcoming"]; now: number }) {
  const m = useOverviewMessages();
  const format = useFormat();
  const navigate = useNavigate();
  const levels = new Map<number, number>();
  const marks = coming
    .filter(({ at }) => at <= now + hour)
    .map((one) => {
      const left = Math.max(0, (one.at - now) / hour) * 100;
      const slot = Math.round(left);
      const level = levels.get(slot) ?? 0;
      levels.set(slot, level + 1);
      return { ...one, left, level };
    });
  const height = 14 + 8 * Math.min(4, Math.max(1, ...levels.values()));
  return (
    <Box aria-hidden sx={{ mb: 1.5, mr: 1 }} title={m.lane}>
      <Box sx={{ position: "relative", height, borderBottom: 1, borderColor: "divider", mx: 1 }}>
        {ticks.map((minutes) => (
          <Box
            key={minutes}
            sx={{
              position: "absolute",
              top: 0,
              bottom: 0,
              left: `${(minutes / 60) * 100}%`,
              borderLeft: 1,
              borderColor: "rule",
            }}
          />
        ))}
        {marks.map(({ periodicTaskId, name, at, left, level }) => (
          <Tooltip key={`${periodicTaskId}-${at}`} title={`${name}\n${format.timeOfDay(at)} ${format.offset(at)}`}>
            <Box
              onClick={() => void navigate(`/periodic-tasks/${periodicTaskId}`)}
              sx={{
                position: "absolute",
                left: `${left}%`,
                bottom: 3 + Math.min(level, 3) * 8,
                width: 7,
                height: 7,
                ml: "-3px",
                borderRadius: "50%",
                bgcolor: "text.secondary",
                cursor: "pointer",
                "&:hover": { bgcolor: "text.primary", transform: "scale(1.4)" },
              }}
            />
          </Tooltip>
        ))}
      </Box>
      <Box sx={{ position: "relative", height: 18, mx: 1, fontSize: 12, color: "text.secondary" }}>
        {ticks.map((minutes) => (
          <Box
            key={minutes}
            sx={{
              position: "absolute",
              left: `${(minutes / 60) * 100}%`,
              transform: minutes === 0 ? undefined : minutes === 60 ? "translateX(-100%)" : "translateX(-50%)",
              whiteSpace: "nowrap",
            }}
          >
            {minutes === 0 ? m.now : m.minutes(minutes)}
          </Box>
        ))}
      </Box>
    </Box>
  );
}
