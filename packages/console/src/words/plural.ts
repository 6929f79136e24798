/** Words whose form goes with a number, by the rules of the language (Unicode plural rules, as the browser has them). */

/** @param forms by category (`one`, `few`, `other` …); a category that is not given takes `other`. A figure may be given as text: only a small one has a form of its own. */
export function plural(
  language: string,
  forms: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string },
): (n: number | bigint | string) => string {
  const rules = new Intl.PluralRules(language);
  return (n) => forms[rules.select(Number(n))] ?? forms.other;
}
