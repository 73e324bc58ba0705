import { useLocation } from "react-router-dom";
import { useFormat } from "../i18n/use-format.ts";
import { useReplanState } from "../services/replans.ts";
import { useMay } from "../services/session.ts";
import { Banner } from "./banner.tsx";
import { useFrameMessages } from "./messages.ts";

/** After an update of the tz database every page says that schedules wait to be planned anew, to whoever can do it. */
export function ReplanBanner() {
  const m = useFrameMessages();
  const may = useMay();
  const { number } = useFormat();
  const { pathname } = useLocation();
  const { data } = useReplanState(may("periodic-tasks.edit"));
  // The page that it leads to says it itself.
  if (!data?.due || pathname === "/maintenance") return null;
  const { value, capped } = data.schedules;
  return (
    <Banner state="missed" to="/maintenance" action={m.replan.show}>
      {m.replan.due(value, capped ? `${number(value)}+` : number(value), data.tzVersion)}
    </Banner>
  );
}
