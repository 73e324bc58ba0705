import Box from "@mui/material/Box";
import FormHelperText from "@mui/material/FormHelperText";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useFormat } from "../../../i18n/use-format.ts";
import { changesClock } from "../../../i18n/wall-clock.ts";
import { useCalendarChoices } from "../../../services/tasks.ts";
import type { SchedulePreview } from "../../../services/wire.ts";
import { ClockRuleSelect } from "./clock-rules.tsx";
import type { ScheduleDraft } from "./draft.ts";
import { DurationField } from "./duration-field.tsx";
import { useWhenMessages } from "./when-messages.ts";

interface Props {
  draft: ScheduleDraft;
  change: (changes: Partial<ScheduleDraft>) => void;
  errorAt: (field: string) => string | undefined;
  pointer: string;
  preview: SchedulePreview | undefined;
}

const pairs = { display: "grid", gridTemplateColumns: { xs: "1fr", sm: "1fr 1fr" }, gap: 1.5, alignItems: "start" };

/** What narrows and shifts the times of any kind of schedule: bounds, calendar, jitter, and the changes of the clock. */
export function TimeRules({ draft, change, errorAt, pointer, preview }: Props) {
  const m = useWhenMessages();
  const bound = (field: "startsAt" | "endsAt") => (
    <TextField
      type="datetime-local"
      label={m.rules[field]}
      value={draft[field]}
      onChange={(event) => change({ [field]: event.target.value })}
      error={errorAt(field) !== undefined}
      helperText={errorAt(field) ?? m.rules[`${field}Help`]}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { step: 1, "data-pointer": `${pointer}/${field}` } }}
    />
  );
  return (
    <>
      <Box sx={pairs}>
        {bound("startsAt")}
        {bound("endsAt")}
      </Box>
      <CalendarFields draft={draft} change={change} errorAt={errorAt} pointer={pointer} />
      <Box sx={pairs}>
        <DurationField
          label={m.rules.jitter}
          value={draft.jitterMs}
          onChange={(jitterMs) => change({ jitterMs })}
          error={errorAt("jitterMs")}
          help={<JitterHelp draft={draft} preview={preview} />}
          pointer={`${pointer}/jitterMs`}
        />
      </Box>
      {followsClock(draft) && (
        <Box sx={pairs}>
          <ClockRuleSelect rule="gap" draft={draft} change={change} error={errorAt("gap")} pointer={pointer} />
          <ClockRuleSelect rule="fold" draft={draft} change={change} error={errorAt("fold")} pointer={pointer} />
          <FormHelperText sx={{ gridColumn: "1 / -1", mt: -1 }}>{m.rules.elapsed}</FormHelperText>
        </Box>
      )}
    </>
  );
}

/** Whether a change of the zone's clock can touch its times: it names them by the clock, which changes; or a rule is set already. */
function followsClock({ kind, period, zone, gap, fold }: ScheduleDraft): boolean {
  if (gap !== "default" || fold !== "default") return true;
  const namesTimes = kind === "crontab" || (kind === "interval" && ["days", "weeks", "months"].includes(period));
  return namesTimes && changesClock(zone, Date.now());
}

function JitterHelp({ draft: { jitterMs }, preview }: Pick<Props, "draft" | "preview">) {
  const m = useWhenMessages();
  const format = useFormat();
  const at = preview?.times[0]?.at;
  if (jitterMs === null || at === undefined) return m.rules.jitterHelp;
  const zone = preview?.zone;
  return m.rules.jitterEffect(
    format.shortInstant(at, zone),
    format.timeOfDay(at, zone),
    format.timeOfDay(at + jitterMs, zone),
  );
}

const calendarRules = ["skip", "previous", "next"] as const;

function CalendarFields({ draft, change, errorAt, pointer }: Omit<Props, "preview">) {
  const m = useWhenMessages().rules;
  const calendars = useCalendarChoices().data ?? [];
  const { calendar } = draft;
  const isUnknown = calendar !== null && !calendars.some(({ id }) => id === calendar.id);
  return (
    <Box sx={pairs}>
      <TextField
        select
        label={m.calendar}
        value={calendar === null ? "" : String(calendar.id)}
        onChange={(event) => {
          const id = event.target.value;
          change({ calendar: id === "" ? null : { id: Number(id), rule: calendar?.rule ?? "skip" } });
        }}
        error={errorAt("calendar") !== undefined || errorAt("calendar/id") !== undefined}
        helperText={errorAt("calendar") ?? errorAt("calendar/id") ?? m.calendarHelp}
        slotProps={{
          select: { displayEmpty: true },
          inputLabel: { shrink: true },
          htmlInput: { "data-pointer": `${pointer}/calendar` },
        }}
      >
        <MenuItem value="">{m.noCalendar}</MenuItem>
        {calendars.map(({ id, name }) => (
          <MenuItem key={id} value={String(id)}>
            {name}
          </MenuItem>
        ))}
        {isUnknown && <MenuItem value={String(calendar.id)}>{m.calendarGone(calendar.id)}</MenuItem>}
      </TextField>
      {calendar && (
        <TextField
          select
          label={m.calendarRule}
          value={calendar.rule}
          onChange={(event) =>
            change({ calendar: { ...calendar, rule: event.target.value as (typeof calendarRules)[number] } })
          }
          error={errorAt("calendar/rule") !== undefined}
          helperText={errorAt("calendar/rule")}
        >
          {calendarRules.map((rule) => (
            <MenuItem key={rule} value={rule}>
              {m.calendarRules[rule]}
            </MenuItem>
          ))}
        </TextField>
      )}
    </Box>
  );
}
