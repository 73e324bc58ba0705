import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { Fragment, useState } from "react";
import { Link } from "react-router-dom";
import { zoneCity } from "../../i18n/instant.ts";
import { useFormat } from "../../i18n/use-format.ts";
import type { PlanEffects, PlannedEffect } from "../../services/wire.ts";
import { NoteLine } from "../note-line.tsx";
import { effectTotals } from "./effect-totals.ts";
import { usePlanEffectMessages } from "./messages.ts";

/** Schedules that are listed before the rest is asked for. */
const listed = 8;
const timesListed = 4;

/** What the times were compared over: a year, or the one that each schedule waits for. */
export type EffectSpan = "year" | "next";

/** One line: how many schedules and times change. */
export function usePlanEffectsSentence(span: EffectSpan = "year"): (effects: PlanEffects) => string {
  const m = usePlanEffectMessages();
  const { number } = useFormat();
  return (effects) => {
    if (effects.schedules === 0) return m.nothingConcerned;
    if (effects.changed === 0) {
      return span === "year" ? m.unchanged(number(effects.schedules)) : m.unchangedNext(number(effects.schedules));
    }
    const { removed, added, unlisted } = effectTotals(effects);
    const parts = [
      m.planned(number(effects.schedules)),
      ...(effects.changed === effects.schedules ? [] : [m.changed(number(effects.changed))]),
    ];
    const times = [
      ...(removed > 0 ? [m.removed(number(removed))] : []),
      ...(added > 0 ? [m.added(number(added))] : []),
    ];
    const text = [...parts, ...(span === "year" && times.length > 0 ? [m.year(times.join(m.and))] : [])].join(" · ");
    return unlisted > 0 ? m.atLeast(text) : text;
  };
}

/** What a change of plan would do, in numbers and as a list; a helper's place before something is saved. */
export function PlanEffectsView({ effects, span = "year" }: { effects: PlanEffects; span?: EffectSpan }) {
  const m = usePlanEffectMessages();
  const { number } = useFormat();
  const sentence = usePlanEffectsSentence(span);
  const [isAll, setAll] = useState(false);
  const shown = isAll ? effects.effects : effects.effects.slice(0, listed);
  const rest = effects.changed - shown.length;
  return (
    <Box>
      <Box sx={{ fontWeight: 500, textWrap: "pretty" }}>{sentence(effects)}</Box>
      {effects.lookedAt !== null && <NoteLine state="missed">{m.lookedAt(number(effects.lookedAt))}</NoteLine>}
      <Box component="ul" sx={{ listStyle: "none", m: 0, mt: 1, p: 0 }}>
        {shown.map((effect) => (
          <Effect key={effect.scheduleId} effect={effect} />
        ))}
      </Box>
      {rest > 0 && (
        <Box sx={{ display: "flex", alignItems: "center", gap: 1, color: "text.secondary", fontSize: 13, pt: 0.5 }}>
          {m.moreSchedules(number(rest))}
          {!isAll && effects.effects.length > listed && (
            <Button variant="text" onClick={() => setAll(true)}>
              {m.showAll}
            </Button>
          )}
        </Box>
      )}
    </Box>
  );
}

function Effect({ effect }: { effect: PlannedEffect }) {
  const m = usePlanEffectMessages();
  const format = useFormat();
  const { periodicTaskId, periodicTaskName, scheduleName, zone, error } = effect;
  return (
    <Box component="li" sx={{ borderTop: 1, borderColor: "rule", py: 0.75 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", columnGap: 1 }}>
        <Link to={`/periodic-tasks/${periodicTaskId}`} target="_blank">
          {periodicTaskName}
        </Link>
        <Box component="span" sx={{ color: "text.secondary" }}>
          {[...(scheduleName === "" ? [] : [scheduleName]), zoneCity(zone)].join(" · ")}
        </Box>
      </Box>
      {error && (
        <NoteLine state="failed">
          {m.cannot} {format.text(error)}
        </NoteLine>
      )}
      <Times sign="−" word={m.falls} times={effect.removed} count={effect.removedCount} zone={zone} />
      <Times sign="+" word={m.comes} times={effect.added} count={effect.addedCount} zone={zone} />
    </Box>
  );
}

function Times({
  sign,
  word,
  times,
  count,
  zone,
}: {
  sign: string;
  word: string;
  times: PlannedEffect["removed"];
  count: number;
  zone: string;
}) {
  const m = usePlanEffectMessages();
  const format = useFormat();
  if (count === 0) return null;
  const shown = times.slice(0, timesListed);
  return (
    <Box sx={{ display: "flex", gap: 1, fontSize: 13 }}>
      <Box component="span" aria-hidden sx={{ width: 10, textAlign: "center", flex: "none" }}>
        {sign}
      </Box>
      <span>
        <span className="visually-hidden">{word}: </span>
        {shown.map(({ at }, index) => (
          <Fragment key={at}>
            {index > 0 && " · "}
            <Box component="span" sx={{ whiteSpace: "nowrap" }}>
              {format.instant(at, zone).replace(/:00$/, "")}
            </Box>
          </Fragment>
        ))}
        {count > shown.length && (
          <Box component="span" sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>
            {" "}
            {m.moreTimes(format.number(count - shown.length))}
          </Box>
        )}
      </span>
    </Box>
  );
}
