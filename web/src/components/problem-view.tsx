import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useLanguage } from "../i18n/language.tsx";
import { useProblemText } from "../i18n/problem-messages.ts";
import { noAnswer, problemOf, strangeAnswer, textOfFault } from "../services/problem.ts";
import type { Problem } from "../services/wire.ts";
import { useComponentMessages } from "./messages.ts";
import { StateGlyph } from "./state-glyph.tsx";

interface Props {
  error: unknown;
  /** What was tried: "The runs could not be read." */
  what?: string;
  onRetry?: () => void;
}

/** Problems made in the browser: what it said of them helps whoever is asked. */
const technical = new Set(["client_error", noAnswer, strangeAnswer]);

/** Says what failed and what to try, where the answer would have stood. */
export function ProblemView({ error, what, onRetry }: Props) {
  const problemText = useProblemText();
  const m = useComponentMessages();
  const problem = problemOf(error);
  const text = problemText(problem);
  return (
    <Alert
      role="alert"
      severity="error"
      icon={<StateGlyph state="failed" size={16} />}
      action={
        onRetry && (
          <Button variant="text" color="inherit" onClick={onRetry}>
            {m.tryAgain}
          </Button>
        )
      }
    >
      {what && <Box sx={{ fontWeight: 600 }}>{what}</Box>}
      {text}
      {technical.has(problem.code) && (
        <Box sx={{ color: "text.secondary", fontSize: 12.5, overflowWrap: "anywhere" }}>{problem.detail}</Box>
      )}
      {problem.code === "invalid" && <Faults problem={problem} />}
    </Alert>
  );
}

function Faults({ problem: { errors = [] } }: { problem: Problem }) {
  const { language } = useLanguage();
  return (
    <Box component="ul" sx={{ m: 0, pl: 2.5, fontSize: 12.5, overflowWrap: "anywhere" }}>
      {errors.map((fault) => (
        <li key={fault.path + fault.code}>
          {fault.path !== "" && <code>{fault.path}</code>} {textOfFault(fault, language)}
        </li>
      ))}
    </Box>
  );
}
