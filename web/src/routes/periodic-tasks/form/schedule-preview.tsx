import Box from "@mui/material/Box";
import Tooltip from "@mui/material/Tooltip";
import { NoteLine } from "../../../components/note-line.tsx";
import { When } from "../../../components/when.tsx";
import { viewerZone } from "../../../i18n/instant.ts";
import { useFormat } from "../../../i18n/use-format.ts";
import type { SchedulePreview } from "../../../services/wire.ts";
import { useFormMessages } from "./messages.ts";
import type { Preview } from "./use-preview.ts";

/** The sentence, the next ten times, how many a year, and what daylight saving will do. */
export function PreviewPanel({ preview }: { preview: Preview }) {
  const m = useFormMessages();
  const format = useFormat();
  const { data } = preview;
  if (preview.failure !== undefined) {
    return (
      <NoteLine state="failed">
        {m.when.previewFailed} {preview.failure}
      </NoteLine>
    );
  }
  if (!data) {
    return (
      <Box sx={{ color: "text.secondary", fontSize: 13.5, minHeight: 24 }}>
        {preview.isIncomplete && m.when.waiting}
      </Box>
    );
  }
  return (
    <Box
      role="group"
      aria-label={m.when.preview}
      aria-busy={preview.isStale}
      sx={{ opacity: preview.isStale ? 0.45 : 1, transition: "opacity 0.15s", fontSize: 13.5 }}
    >
      <Box aria-live="polite" sx={{ fontWeight: 600, fontSize: 14 }}>
        {format.text(data.description)}
        {data.description.en !== data.description.ja && (
          <Box component="span" sx={{ fontWeight: 400, color: "text.secondary", ml: 1.5 }}>
            {format.otherText(data.description)}
          </Box>
        )}
      </Box>
      <NextTimes data={data} />
      {data.warnings.map((warning) => (
        <NoteLine key={warning.at} state="missed">
          {format.text(warning.text)}
        </NoteLine>
      ))}
    </Box>
  );
}

function NextTimes({ data }: { data: SchedulePreview }) {
  const m = useFormMessages();
  const format = useFormat();
  const [first] = data.times;
  if (!first) return <Box sx={{ color: "text.secondary" }}>{m.when.nothing}</Box>;
  const { zone } = data;
  const isOther = zone !== viewerZone;
  return (
    <>
      <Box sx={{ color: "text.secondary", mt: 0.5 }}>
        {m.when.next}: <When at={first.at} zone={zone} /> · {format.offset(first.at, zone)} {zone} ·{" "}
        {m.when.perYear(format.number(data.perYear.value), data.perYear.capped)}
      </Box>
      <Box
        component="ol"
        sx={{
          listStyle: "none",
          m: 0,
          mt: 0.5,
          p: 0,
          display: "grid",
          gridTemplateColumns: "repeat(auto-fill, minmax(150px, 1fr))",
          columnGap: 2,
        }}
      >
        {data.times.map(({ at }, index) => {
          const before = data.times[index - 1];
          const isShifted = before !== undefined && format.offset(at, zone) !== format.offset(before.at, zone);
          const here = `${format.instant(at)} ${format.offset(at)} ${viewerZone}`;
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
    </>
  );
}
