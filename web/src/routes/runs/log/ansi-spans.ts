import { AnsiUp } from "ansi_up";
import type { CSSProperties } from "react";

export interface Span {
  text: string;
  className?: string;
  style?: CSSProperties;
}

const piece = /<span(?: style="([^"]*)")?(?: class="([^"]*)")?>([^<]*)<\/span>|<a [^>]*>([^<]*)<\/a>|([^<]+)/g;
const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#x27;": "'",
};
const decode = (html: string) => html.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => entities[entity] ?? entity);

function styleOf(css: string): CSSProperties {
  const style: Record<string, string> = {};
  for (const declaration of css.split(";")) {
    const [name = "", value = ""] = declaration.split(":");
    style[name.trim().replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())] = value.trim();
  }
  return style;
}

/**
 * A line's coloured parts. They become elements and never markup: what a task writes cannot add to the page, and the content
 * security policy does not let style attributes of markup pass.
 */
export function ansiSpans(text: string, carried = ""): Span[] {
  if (carried === "" && !text.includes("\x1b")) return text === "" ? [] : [{ text }];
  const converter = new AnsiUp();
  converter.use_classes = true;
  // What a broken last sequence holds back is not worth showing.
  const html = converter.ansi_to_html(carried + text);
  return [...html.matchAll(piece)].map(([, css, className, inner, link, plain]) => ({
    text: decode(inner ?? link ?? plain ?? ""),
    ...(className && { className }),
    ...(css && { style: styleOf(css) }),
  }));
}

/** Cuts spans where a searched text begins and ends; `isHit` marks what lies inside. Both texts in any case. */
export function markHits(spans: readonly Span[], wanted: string): (Span & { isHit: boolean })[] {
  if (wanted === "") return spans.map((span) => ({ ...span, isHit: false }));
  const whole = spans
    .map((span) => span.text)
    .join("")
    .toLowerCase();
  const edges: [from: number, to: number][] = [];
  for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, at + wanted.length)) {
    edges.push([at, at + wanted.length]);
  }
  let from = 0;
  return spans.flatMap((span) => {
    const start = from;
    const end = start + span.text.length;
    from = end;
    const cuts = [...new Set([start, end, ...edges.flat().filter((edge) => edge > start && edge < end)])].sort(
      (a, b) => a - b,
    );
    return cuts.slice(1).map((to, index) => {
      const at = cuts[index] ?? start;
      const isHit = edges.some(([first, last]) => at >= first && to <= last);
      return { ...span, text: span.text.slice(at - start, to - start), isHit };
    });
  });
}
