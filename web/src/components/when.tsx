import Box from "@mui/material/Box";
import Tooltip from "@mui/material/Tooltip";
import { useCallback, useState } from "react";
import { nextTickMs } from "../i18n/duration.ts";
import { viewerZone } from "../i18n/instant.ts";
import { useFormat } from "../i18n/use-format.ts";
import { useNow } from "./now.ts";

interface Props {
  at: number;
  /** Another zone that matters here, such as the schedule's; told beside the viewer's. */
  zone?: string | undefined;
  /** `relative` ticks; `absolute` is for detail pages, with the offset in sight. */
  form?: "relative" | "absolute";
}

/** A time: relative and ticking, with the absolute time, its zone and offset on hover, focus or tap. */
export function When({ at, zone, form = "relative" }: Props) {
  const format = useFormat();
  const hold = useCallback((now: number) => nextTickMs(at, now), [at]);
  const now = useNow(form === "relative" ? hold : undefined);
  const [isOpen, setOpen] = useState(false);
  const absolute = (inZone: string) => `${format.instant(at, inZone)} ${format.offset(at, inZone)} ${inZone}`;
  const zones = zone === undefined || zone === viewerZone ? [viewerZone] : [zone, viewerZone];
  const hover =
    form === "relative"
      ? zones.map(absolute).join("\n")
      : [format.relative(at, Date.now()), ...zones.map(absolute)].join("\n");
  return (
    <Tooltip title={hover} open={isOpen} onOpen={() => setOpen(true)} onClose={() => setOpen(false)}>
      <Box
        component="time"
        dateTime={new Date(at).toISOString()}
        onClick={() => setOpen(true)}
        sx={{ whiteSpace: "nowrap", cursor: "default" }}
      >
        {form === "relative" ? format.relative(at, now) : `${format.instant(at)} ${format.offset(at)}`}
      </Box>
    </Tooltip>
  );
}
