import { useLanguage } from "../i18n/language.tsx";
import { problemOf } from "../services/problem.ts";
import type { Bilingual } from "../services/wire.ts";
import type { JsonFault } from "./json/json-editor.tsx";

/** What the server's codes say to people; one that is not here shows the server's own sentence. */
const words: Readonly<Record<string, Bilingual>> = {
  password_too_similar: {
    en: "Too similar to the user name, name or email address.",
    ja: "ユーザー名・名前・メールアドレスに似すぎています。",
  },
  password_too_short: { en: "Too short: at least 8 characters.", ja: "短すぎます。8 文字以上にしてください。" },
  password_too_common: {
    en: "One of the passwords that are tried first. Choose a rarer one.",
    ja: "よく使われるパスワードです。ほかのものにしてください。",
  },
  password_entirely_numeric: {
    en: "Digits alone are too easy to guess.",
    ja: "数字だけのパスワードは使えません。",
  },
  wrong_password: { en: "Not the present password.", ja: "現在のパスワードが違います。" },
  required: { en: "Needed.", ja: "必須です。" },
  username_taken: { en: "Another user has this name.", ja: "このユーザー名はすでに使われています。" },
  name_taken: { en: "Another one has this name.", ja: "この名前はすでに使われています。" },
};

export interface ProblemFields {
  /** What is wrong at the field of a JSON Pointer. */
  at: (path: string) => string | undefined;
  /** What is wrong inside of a value, with pointers relative to it. */
  under: (path: string) => JsonFault[];
}

/** A refused request's mistakes, at their fields. */
export function useProblemFields(error: unknown): ProblemFields {
  const { language } = useLanguage();
  const errors = error === undefined ? [] : (problemOf(error).errors ?? []);
  const faults = errors.map(({ path, code, detail, accepted }) => {
    const own = words[code]?.[language];
    return { path, text: own ?? (accepted && !detail.includes(accepted) ? `${detail} (${accepted})` : detail) };
  });
  return {
    at: (path) => {
      const texts = faults.filter((fault) => fault.path === path).map((fault) => fault.text);
      return texts.length === 0 ? undefined : texts.join("\n");
    },
    under: (path) =>
      faults
        .filter((fault) => fault.path === path || fault.path.startsWith(`${path}/`))
        .map((fault) => ({ path: fault.path.slice(path.length), text: fault.text })),
  };
}
