import type { Language } from "./language.tsx";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const words = {
  en: {
    ms: " ms",
    s: " s",
    m: " min",
    h: " h",
    d: " d",
    join: " ",
    in: (d: string) => `in ${d}`,
    ago: (d: string) => `${d} ago`,
    now: "now",
  },
  ja: {
    ms: "ミリ秒",
    s: "秒",
    m: "分",
    h: "時間",
    d: "日",
    join: "",
    in: (d: string) => `${d}後`,
    ago: (d: string) => `${d}前`,
    now: "今",
  },
} as const;

const pair = (big: number, bigUnit: string, small: number, smallUnit: string, join: string) =>
  small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${join}${small}${smallUnit}`;

/** Two figures: `120 ms`, `4.1 s`, `41 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number, language: Language): string {
  const w = words[language];
  const value = Math.max(0, ms);
  if (value < 99.5) return `${Math.round(value)}${w.ms}`;
  if (value < 995) return `${Math.round(value / 10) * 10}${w.ms}`;
  if (value < 9_950) return `${(value / second).toFixed(1)}${w.s}`;
  const seconds = Math.round(value / second);
  if (seconds < 60) return `${seconds}${w.s}`;
  if (seconds < 3_600) return pair(Math.floor(seconds / 60), w.m, seconds % 60, w.s, w.join);
  const minutes = Math.round(value / minute);
  if (minutes < 1_440) return pair(Math.floor(minutes / 60), w.h, minutes % 60, w.m, w.join);
  const hours = Math.round(value / hour);
  return pair(Math.floor(hours / 24), w.d, hours % 24, w.h, w.join);
}

/**
 * How far an instant lies from now: `in 12 s`, `in 3 h 12 min`, `9 h ago`. What is to come has two parts, for one plans by it;
 * what is over has one.
 */
export function formatRelative(at: number, now: number, language: Language): string {
  const w = words[language];
  const distance = at - now;
  if (distance >= second) return w.in(whole(distance, language));
  if (distance > -second) return w.now;
  const ago = -distance;
  if (ago < minute) return w.ago(`${Math.floor(ago / second)}${w.s}`);
  if (ago < hour) return w.ago(`${Math.floor(ago / minute)}${w.m}`);
  if (ago < 2 * day) return w.ago(`${Math.floor(ago / hour)}${w.h}`);
  return w.ago(`${Math.floor(ago / day)}${w.d}`);
}

function whole(ms: number, language: Language): string {
  const w = words[language];
  if (ms < 10 * second) return `${Math.ceil(ms / second)}${w.s}`;
  if (ms < 10 * minute) return formatDuration(Math.ceil(ms / second) * second, language);
  if (ms < hour) return `${Math.round(ms / minute)}${w.m}`;
  if (ms < 30 * day) return formatDuration(ms, language);
  return `${Math.round(ms / day)}${w.d}`;
}

/** The next moment, in ms from now, at which {@link formatRelative} may read otherwise. */
export function nextTickMs(at: number, now: number): number {
  const distance = Math.abs(at - now);
  if (distance < 10 * minute) return second;
  if (distance < 2 * day) return 15 * second;
  return 10 * minute;
}
