import Box from "@mui/material/Box";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { useFormat } from "../../../i18n/use-format.ts";
import { instantOf, wallClock, zoneOffsetMs } from "../../../i18n/wall-clock.ts";
import type { SchedulePreview } from "../../../services/wire.ts";
import { ChoiceGroup } from "./choice-group.tsx";
import { CountField } from "./count-field.tsx";
import type { ScheduleDraft } from "./draft.ts";
import { DurationField } from "./duration-field.tsx";
import type { FieldErrors } from "./field-errors.ts";
import { useLateMessages } from "./late-messages.ts";
import { type LateTimes, outageEffect, outageLengths, tellingOutage } from "./outage-effect.ts";
import { useTimesBetween } from "./use-preview.ts";

interface Props {
  label: string;
  draft: ScheduleDraft;
  /** Of the times: while another is being typed, the last that was right. */
  zone: string;
  /** Its coming times. */
  times: readonly number[];
  change: (changes: Partial<ScheduleDraft>) => void;
  errors: FieldErrors;
  pointer: string;
}

const rules = ["skip", "latest", "all"] as const;
/** A time that is late by no more than this counts as on time. */
const graceMs = 2_000;

/** The misfire rule, and what it would do in an outage that one can set. */
export function MisfireFields({ label, draft, zone, times, change, errors, pointer }: Props) {
  const m = useLateMessages();
  const outage = useOutage(draft, zone, times);
  const effectOf = useEffectText(outage, zone);
  return (
    <Box sx={{ display: "grid", gap: 1.5 }}>
      <ChoiceGroup
        label={label}
        value={draft.misfire}
        onChange={(misfire) => change({ misfire })}
        choices={rules.map((rule) => ({
          value: rule,
          sentence: m.misfire[rule],
          effect: effectOf({ ...draft, misfire: rule }),
        }))}
        error={errors.at(`${pointer}/misfire`)}
        pointer={`${pointer}/misfire`}
      >
        {outage.from !== undefined && <OutageFields outage={outage} zone={zone} />}
      </ChoiceGroup>
      {draft.misfire === "all" && (
        <Box
          sx={{
            display: "grid",
            gridTemplateColumns: { xs: "1fr", sm: "1fr 1fr" },
            gap: 1.5,
            pl: { sm: 4 },
            alignItems: "start",
          }}
        >
          <DurationField
            label={m.misfire.window}
            value={draft.catchUpWindowMs}
            onChange={(catchUpWindowMs) => change({ catchUpWindowMs })}
            error={errors.at(`${pointer}/catchUpWindowMs`)}
            help={m.misfire.windowHelp}
            pointer={`${pointer}/catchUpWindowMs`}
          />
          <CountField
            label={m.misfire.cap}
            value={draft.catchUpCap}
            onChange={(catchUpCap) => change({ catchUpCap })}
            error={errors.at(`${pointer}/catchUpCap`)}
            help={m.misfire.capHelp}
            pointer={`${pointer}/catchUpCap`}
          />
        </Box>
      )}
    </Box>
  );
}

type Outage = ReturnType<typeof useOutage>;

/** An outage that tells something about this schedule, until another is asked about; with the times in it. */
function useOutage(draft: ScheduleDraft, zone: string, times: readonly number[]) {
  const [chosenFrom, setFrom] = useState<number>();
  const [chosenLength, setLength] = useState<number>();
  const [first] = times;
  const telling = tellingOutage(times, first === undefined ? 0 : zoneOffsetMs(first, zone));
  const from = chosenFrom ?? telling?.from;
  const lengthMs = chosenLength ?? telling?.lengthMs ?? 10_800_000;
  const until = from === undefined ? undefined : from + lengthMs;
  const answer = useTimesBetween(draft, from, until === undefined ? undefined : until - graceMs - 1);
  return { from, setFrom, lengthMs, setLength, until, inIt: from === undefined ? undefined : answer.data };
}

function OutageFields({ outage, zone }: { outage: Outage; zone: string }) {
  const m = useLateMessages().outage;
  const format = useFormat();
  const { from, setFrom, lengthMs, setLength, until } = outage;
  const lengths = [...new Set([...outageLengths, lengthMs])].sort((a, b) => a - b);
  return (
    <Box
      sx={{ display: "flex", flexWrap: "wrap", columnGap: 1, rowGap: 0.5, alignItems: "center", fontSize: 13, mb: 0.5 }}
    >
      <span>{m.ask}</span>
      <TextField
        variant="standard"
        type="datetime-local"
        value={from === undefined ? "" : wallClock(from, zone)}
        onChange={(event) => setFrom(event.target.value === "" ? undefined : instantOf(event.target.value, zone))}
        slotProps={{ htmlInput: { "aria-label": m.fromLabel, sx: { fontSize: 13, py: 0 } } }}
      />
      <span>{m.length}</span>
      <TextField
        select
        variant="standard"
        value={String(lengthMs)}
        onChange={(event) => setLength(Number(event.target.value))}
        slotProps={{ select: { SelectDisplayProps: { "aria-label": m.lengthLabel } } }}
        sx={{ "& .MuiSelect-select": { fontSize: 13, py: 0 } }}
      >
        {lengths.map((length) => (
          <MenuItem key={length} value={String(length)}>
            {format.duration(length)}
          </MenuItem>
        ))}
      </TextField>
      {until !== undefined && (
        <span>{m.until(`${format.shortInstant(until, zone)} ${format.offset(until, zone)}`)}</span>
      )}
    </Box>
  );
}

/** What the rule does in the outage, in sentences. */
function useEffectText({ inIt, until }: Outage, zone: string): (draft: ScheduleDraft) => string | undefined {
  const m = useLateMessages().outage;
  const format = useFormat();
  return (draft) => {
    if (!inIt || until === undefined) return undefined;
    const late = lateTimes(inIt.times.map(({ at }) => at));
    if (!late) return m.none;
    const recent = lateTimes(inIt.times.map(({ at }) => at).filter((at) => at >= until - windowOf(draft)));
    const { sent, oldestSent, newestSent, missed } = outageEffect(late, recent, {
      misfire: draft.misfire,
      cap: capOf(draft),
    });
    const time = (at: number) => format.shortInstant(at, zone);
    const count = (value: number) =>
      inIt.more && value >= late.count ? `${format.number(value)}+` : format.number(value);
    const lateness = (at: number) => format.duration(until - at);
    const told: string[] = [];
    if (missed.late > 0) told.push(m.missed(count(missed.late), time(late.first), time(late.last)));
    if (sent === 1 && newestSent !== undefined) told.push(m.one(time(newestSent), time(until), lateness(newestSent)));
    if (sent > 1)
      told.push(m.all(count(sent), time(until), oldestSent === undefined ? undefined : lateness(oldestSent)));
    if (missed.superseded > 0) told.push(m.superseded(count(missed.superseded)));
    if (missed.window > 0) told.push(m.window(count(missed.window)));
    if (missed.cap > 0) told.push(m.cap(count(missed.cap)));
    return told.join(m.join);
  };
}

const windowOf = ({ catchUpWindowMs }: ScheduleDraft): number => catchUpWindowMs ?? Number.POSITIVE_INFINITY;

/** A cap that is half typed is none. */
function capOf({ catchUpCap }: ScheduleDraft): number | null {
  const cap = Number(catchUpCap);
  return catchUpCap.trim() !== "" && Number.isInteger(cap) && cap > 0 ? cap : null;
}

function lateTimes(times: readonly SchedulePreview["times"][number]["at"][]): LateTimes | undefined {
  const first = times[0];
  const last = times.at(-1);
  return first === undefined || last === undefined ? undefined : { count: times.length, first, last };
}
