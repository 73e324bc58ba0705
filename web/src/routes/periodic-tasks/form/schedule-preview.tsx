import Box from "@mui/material/Box";
import { NoteLine } from "../../../components/note-line.tsx";
import { When } from "../../../components/when.tsx";
import { useFormat } from "../../../i18n/use-format.ts";
import { zoneOffsetMs } from "../../../i18n/wall-clock.ts";
import type { SchedulePreview } from "../../../services/wire.ts";
import { ClockRuleSelect } from "./clock-rules.tsx";
import type { ScheduleDraft } from "./draft.ts";
import { useFormMessages } from "./messages.ts";
import { dayLoad, timeEntries } from "./time-line.ts";
import { TimeList } from "./time-list.tsx";
import { TimesBetween } from "./times-between.tsx";
import type { Preview } from "./use-preview.ts";
import { useWhenMessages } from "./when-messages.ts";

interface Props {
  preview: Preview;
  draft: ScheduleDraft;
  change: (changes: Partial<ScheduleDraft>) => void;
}

const shownTimes = 10;

/** The sentence, the next ten times with what falls out between them, how many, and what daylight saving will do. */
export function PreviewPanel({ preview, draft, change }: Props) {
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
      {hasRules(draft) &&
        data.effects.map((effect) => (
          <Box key={effect.en} sx={{ color: "text.secondary" }}>
            {format.text(effect)}
          </Box>
        ))}
      <NextTimes data={data} />
      {data.warnings.map((warning) => (
        <NoteLine key={warning.at} state="missed">
          {format.text(warning.text)}{" "}
          <ClockRuleSelect rule={changeAt(warning.at, data.zone)} draft={draft} change={change} isInline />
        </NoteLine>
      ))}
      <TimesBetween draft={draft} zone={data.zone} />
    </Box>
  );
}

/** Whether a rule was chosen; what the usual ones do is told where it matters, at the next change of the clock. */
const hasRules = ({ gap, fold, calendar, startsAt, endsAt }: ScheduleDraft): boolean =>
  gap !== "default" || fold !== "default" || calendar !== null || startsAt !== "" || endsAt !== "";

/** Whether the zone's clock leaves out a stretch there, or shows one twice. */
const changeAt = (at: number, zone: string): "gap" | "fold" =>
  zoneOffsetMs(at, zone) > zoneOffsetMs(at - 1_000, zone) ? "gap" : "fold";

function NextTimes({ data }: { data: SchedulePreview }) {
  const m = useFormMessages();
  const words = useWhenMessages().preview;
  const format = useFormat();
  const [first] = data.times;
  const { zone } = data;
  const load = dayLoad(data.perDay);
  const entries = timeEntries(data, shownTimes);
  return (
    <>
      {first ? (
        <Box sx={{ color: "text.secondary", mt: 0.5 }}>
          {m.when.next}: <When at={first.at} zone={zone} /> · {format.offset(first.at, zone)} {zone} ·{" "}
          {m.when.perYear(format.number(data.perYear.value), data.perYear.capped)}
          {load.kind === "every" && ` · ${words.perDay(format.number(load.count))}`}
          {load.kind === "most" && ` · ${words.upTo(format.number(load.count))}`}
        </Box>
      ) : (
        <Box sx={{ color: "text.secondary" }}>{m.when.nothing}</Box>
      )}
      <TimeList entries={entries} zone={zone} />
    </>
  );
}
