import { usePauseText } from "../components/pause-line.tsx";
import { usePauseMessages } from "../components/pause-messages.ts";
import { When } from "../components/when.tsx";
import { usePauses } from "../services/pauses.ts";
import { Banner } from "./banner.tsx";
import { useFrameMessages } from "./messages.ts";

/** While everything or a tag is paused, every page says so: the widest pause, and how many more there are of that kind. */
export function PauseBanner() {
  const m = useFrameMessages();
  const words = usePauseMessages();
  const text = usePauseText();
  const wide = (usePauses().data ?? []).flatMap((pause) => {
    const { scope } = pause;
    return scope === "all" || scope === "tag" ? { ...pause, scope } : [];
  });
  const shown = wide.find(({ scope }) => scope === "all") ?? wide[0];
  if (!shown) return null;
  return (
    <Banner state="held" to="/pauses" action={words.all}>
      {text(shown)}
      {shown.untilAt !== null && (
        <>
          {" · "}
          {words.untilWord} <When at={shown.untilAt} />
        </>
      )}
      {wide.length > 1 && ` · ${m.morePauses(wide.length - 1)}`}
    </Banner>
  );
}
