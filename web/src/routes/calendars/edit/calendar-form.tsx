import Box from "@mui/material/Box";
import TextField from "@mui/material/TextField";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { useNavigate } from "react-router-dom";
import { useDebounced } from "../../../components/debounced.ts";
import { StaleChoice } from "../../../components/edit-form/stale-choice.tsx";
import { useEditForm } from "../../../components/edit-form/use-edit-form.ts";
import { useToast } from "../../../components/toast.tsx";
import { UnsavedGuard } from "../../../components/unsaved-guard.tsx";
import { useUrlState } from "../../../components/url-state.ts";
import { WarningLines } from "../../../components/warning-lines.tsx";
import { saveCalendar, useCalendarPreview } from "../../../services/calendars.ts";
import { useSession } from "../../../services/session.ts";
import type { CalendarView } from "../../../services/wire.ts";
import { useCalendarMessages } from "../messages.ts";
import { dateIn, yearOf } from "../year/plain-date.ts";
import { YearPart } from "../year/year-part.tsx";
import { type CalendarDraft, draftOf, holidaysOf, inputOf } from "./calendar-draft.ts";
import { dayMark, toggleDay } from "./draft.ts";
import { HolidaysPart } from "./holidays-part.tsx";
import { OwnDatesPart } from "./own-dates-part.tsx";
import { SaveBar } from "./save-bar.tsx";
import { UsedByPart } from "./used-by.tsx";
import { WeekendPart } from "./weekend-part.tsx";

interface Props {
  calendar: CalendarView | undefined;
  canEdit: boolean;
  /** Shows what is saved now; asked for only while nothing is typed. */
  onFollow: () => void;
}

/** A calendar's year beside what makes it; what saving would change is worked out as one types. */
export function CalendarForm({ calendar, canEdit, onFollow }: Props) {
  const m = useCalendarMessages();
  const toast = useToast();
  const navigate = useNavigate();
  const [get, set] = useUrlState();
  const today = dateIn(useSession()?.settings.timeZone ?? "UTC", Date.now());
  const year = Number(get("year")) || yearOf(today);

  const savedId = useRef<number>(undefined);
  const form = useEditForm<CalendarDraft>({
    initial: draftOf(calendar, yearOf(today)),
    save: async (draft) => {
      savedId.current = (await saveCalendar(calendar?.id, inputOf(draft))).id;
    },
    onSaved: () => {
      toast.say(calendar ? m.saved : m.created);
      if (!calendar) void navigate(`/calendars/${savedId.current}`, { replace: true });
    },
    rebase: (current, mine) => ({
      ...(mine ?? draftOf(current as CalendarView, yearOf(today))),
      version: (current as CalendarView).version,
    }),
  });
  const { draft } = form;
  const isDirty = form.isDirty();

  const version = calendar?.version;
  const shownVersion = draft.version;
  useEffect(() => {
    if (version !== shownVersion && !form.isDirty()) onFollow();
  }, [version, shownVersion, form.isDirty, onFollow]);

  // The name moves nothing, and a version would ask again for what is known.
  const wanted = useMemo(() => {
    const { version: _version, ...input } = inputOf({ ...draft, name: calendar?.name ?? "-" });
    return JSON.stringify(input);
  }, [draft, calendar?.name]);
  const settled = useDebounced(wanted, 300);
  const isAsked = canEdit && (isDirty || calendar === undefined);
  const preview = useCalendarPreview(calendar?.id, isAsked ? JSON.parse(settled) : undefined);
  const isSettled = settled === wanted && !preview.isPlaceholderData && preview.isSuccess;

  const savedHolidays = useMemo(() => holidaysOf(calendar), [calendar]);
  const answered = isAsked ? preview.data : undefined;
  const holidays = useMemo(() => (answered ? holidaysOf(answered) : savedHolidays), [answered, savedHolidays]);
  const saved = useMemo(
    () => calendar && { days: draftOf(calendar, year), holidays: savedHolidays },
    [calendar, year, savedHolidays],
  );
  const changed = isDirty ? saved : undefined;
  const { weekend, closed, open } = draft;
  const markOf = useCallback(
    (date: string) => dayMark({ weekend, closed, open }, holidays, changed, date),
    [weekend, closed, open, holidays, changed],
  );

  return (
    <>
      {!canEdit && <Box sx={{ color: "text.secondary", mb: 1.5 }}>{m.readOnly}</Box>}
      <WarningLines warnings={answered?.warnings ?? calendar?.warnings ?? []} />
      <Box
        component="form"
        noValidate
        onSubmit={(event: React.FormEvent) => event.preventDefault()}
        sx={{
          display: "grid",
          gridTemplateColumns: { xs: "minmax(0, 1fr)", md: "280px minmax(0, 1fr)" },
          columnGap: 5,
          rowGap: 3,
          pt: 1.5,
        }}
      >
        <Box sx={{ display: "grid", gap: 3, alignContent: "start" }}>
          <TextField
            label={m.name}
            value={draft.name}
            disabled={!canEdit}
            onChange={(event) => form.change({ name: event.target.value })}
            error={form.fields.at("/name") !== undefined}
            helperText={form.fields.at("/name")}
          />
          <WeekendPart
            weekend={draft.weekend}
            canEdit={canEdit}
            onChange={(weekend) => form.change({ weekend })}
            error={form.fields.at("/weekend")}
          />
          <HolidaysPart
            chosen={draft.holidays}
            years={draft.years}
            canEdit={canEdit}
            onChange={form.change}
            error={form.fields.at("/years") ?? form.fields.under("/holidays")[0]?.text}
          />
          <OwnDatesPart draft={draft} canEdit={canEdit} today={today} onChange={form.change} />
          {calendar && <UsedByPart calendarId={calendar.id} />}
        </Box>
        <YearPart
          year={year}
          today={today}
          onYear={(to) => set({ year: to === yearOf(today) ? undefined : String(to) }, { replace: true })}
          markOf={markOf}
          onToggle={canEdit ? (date) => form.change(toggleDay(draft, holidays, date)) : undefined}
        />
      </Box>
      {canEdit && (isDirty || calendar === undefined) && (
        <SaveBar
          form={form}
          effects={isSettled ? preview.data : undefined}
          previewError={preview.error}
          isNew={!calendar}
        />
      )}
      <UnsavedGuard isDirty={form.isDirty} words={m.leave} />
      <StaleChoice form={form} partOf={inputOf} />
    </>
  );
}
