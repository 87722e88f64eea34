/** Which language an agent's answer is in: enough to warn before a shopper gets one that they do not read. */
import type { Language } from "../shared/protocol.ts";

// Words that carry a sentence in one of the three languages and are rare in the other two.
const WORDS: Record<Language, string> = {
  en: "the you your is are and to of for with have has will we it this that please can not what when from by at be been i hello thank thanks order our was if on my",
  es: "el los las una usted su sus por para con que es está están y hola gracias pedido nuestro nuestra ha hemos puede pero como cuando del al le lo muy si no mi tu te más ya en se un",
  fr: "le les une vous votre vos est sont et pour avec que bonjour merci commande notre nous avons peut mais comme quand du des au aux ne pas il elle si mon je ce cette dans sur un en",
};
const SETS = Object.entries(WORDS).map(([language, words]) => [language as Language, new Set(words.split(" "))] as const);
const MARKS: [Language, RegExp][] = [
  ["es", /[ñ¿¡]|ción\b|[íóú]/g],
  ["fr", /[çœêèàùûîô]|\b[cdjlmnst]['’]|\bqu['’]/g],
];
/** Fewer hits than this say nothing: a name, a number, "ok". */
const ENOUGH = 3;

/** The language, or undefined when the text is too short or mixed to tell. */
export function tongue(text: string): Language | undefined {
  const lower = text.toLocaleLowerCase();
  const words = lower.match(/[\p{L}'’]+/gu) ?? [];
  const scores = SETS.map(([language, set]) => ({ language, score: words.filter((word) => set.has(word)).length }));
  for (const [language, pattern] of MARKS) {
    const found = scores.find((candidate) => candidate.language === language);
    if (found) found.score += lower.match(pattern)?.length ?? 0;
  }
  scores.sort((a, b) => b.score - a.score);
  const [first, second] = scores;
  return first && second && first.score >= ENOUGH && first.score >= 2 * second.score ? first.language : undefined;
}
