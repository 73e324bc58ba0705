import Box from "@mui/material/Box";
import Tooltip from "@mui/material/Tooltip";
import { viewerZone } from "../../../i18n/instant.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import type { TimeEntry } from "./time-line.ts";
import { useWhenMessages } from "./when-messages.ts";

/** Times in a row; one that does not fire is struck out, with its reason or the time that it moves to. */
export function TimeList({ entries, zone }: { entries: readonly TimeEntry[]; zone: string }) {
  const format = useFormat();
  const isOther = zone !== viewerZone;
  const hasExceptions = entries.some(({ exception }) => exception !== undefined);
  const hasMoves = entries.some(({ exception }) => exception?.movedTo);
  return (
    <Box
      component="ol"
      sx={{
        listStyle: "none",
        m: 0,
        mt: 0.5,
        p: 0,
        display: "grid",
        gridTemplateColumns: `repeat(auto-fill, minmax(min(100%, ${hasMoves ? 270 : hasExceptions ? 200 : 150}px), 1fr))`,
        columnGap: 2,
        alignItems: "start",
      }}
    >
      {entries.map((entry, index) => {
        const { at } = entry;
        const before = entries[index - 1];
        const isShifted = before !== undefined && format.offset(at, zone) !== format.offset(before.at, zone);
        const here = `${format.instant(at)} ${format.offset(at)} ${viewerZone}`;
        if (entry.exception) return <ExceptionEntry key={`x${at}`} exception={entry.exception} zone={zone} />;
        return (
          <Tooltip key={at} title={isOther ? here : format.relative(at, Date.now())}>
            <Box component="li" sx={{ whiteSpace: "nowrap" }}>
              {format.shortInstant(at, zone)}
              {isShifted && ` ${format.offset(at, zone)}`}
            </Box>
          </Tooltip>
        );
      })}
    </Box>
  );
}

/** A named time that does not fire. */
function ExceptionEntry({ exception, zone }: { exception: NonNullable<TimeEntry["exception"]>; zone: string }) {
  const m = useWhenMessages().preview;
  const format = useFormat();
  const { movedTo, text } = exception;
  return (
    <Tooltip title={format.text(text)}>
      <Box component="li" sx={{ color: "text.secondary", minWidth: 0 }}>
        <Box component="s" sx={{ whiteSpace: "nowrap" }}>
          {format.shortInstant(exception.at, zone)}
        </Box>{" "}
        {movedTo && (
          <Box component="span" sx={{ whiteSpace: "nowrap" }}>
            <span aria-hidden="true">→ {format.shortInstant(movedTo.at, zone)}</span>
            <span className="visually-hidden">{m.movedTo(format.shortInstant(movedTo.at, zone))}</span>
          </Box>
        )}
        {!movedTo && <Box sx={{ fontSize: 12, lineHeight: 1.3 }}>{format.text(text)}</Box>}
      </Box>
    </Tooltip>
  );
}
