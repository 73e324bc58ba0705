import Box from "@mui/material/Box";
import { JsonBlock } from "../../../components/json/json-block.tsx";
import { NoteLine } from "../../../components/note-line.tsx";
import type { RunView } from "../../../services/wire.ts";
import { JsonText } from "./json-text.tsx";
import { useRunPageMessages } from "./messages.ts";
import { Part } from "./part.tsx";

/** Of the beginning of a result that was too large, enough to see what it is. */
const SHOWN_OF_CUT = 600;

/** What the run returned, or what stands in its place with the reason. */
export function ResultPart({ run: { result, state } }: { run: RunView }) {
  const m = useRunPageMessages();
  if (result === undefined || state !== "succeeded") return null;
  const begins = textIn(result, "hyoshi:cut", "begins");
  if (begins !== undefined) return <Replaced why={m.resultCut} text={`${begins.slice(0, SHOWN_OF_CUT)} …`} />;
  const displayed = textIn(result, "hyoshi:displayed");
  if (displayed !== undefined) return <Replaced why={m.resultDisplayed} text={displayed} />;
  return (
    <Part title={m.result}>
      <JsonBlock value={result} showAll={m.showAll} />
    </Part>
  );
}

function Replaced({ why, text }: { why: string; text: string }) {
  const m = useRunPageMessages();
  return (
    <Part title={m.result}>
      <Box sx={{ mb: 0.75 }}>
        <NoteLine state="missed">{why}</NoteLine>
      </Box>
      <JsonText>{text}</JsonText>
    </Part>
  );
}

/** The text under `key` of what stands in a result's place, which has `mark`. */
function textIn(result: unknown, mark: string, key = mark): string | undefined {
  if (typeof result !== "object" || result === null || !Object.hasOwn(result, mark)) return undefined;
  const text = (result as Readonly<Record<string, unknown>>)[key];
  return typeof text === "string" ? text : undefined;
}
