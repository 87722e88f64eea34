import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
// @ts-expect-error: the build is plain JavaScript
import { localeFaults } from "../locales.mjs";
import spanish from "../locales/shopper.es.json";
import french from "../locales/shopper.fr.json";
import { daysBetween, formatter } from "../src/shared/format.ts";
import { pickLanguage, translator } from "../src/shared/translate.ts";

test("plural forms follow the language: zero is one thing in French and many in Spanish", () => {
  const fr = translator(french, "fr");
  assert.equal(fr("too_long", { count: 0 }), "0 caractère de trop");
  assert.equal(fr("too_long", { count: 2 }), "2 caractères de trop");
  assert.match(fr("too_long", { count: 1_000_000 }), /de caractères de trop/);
  const es = translator(spanish, "es");
  assert.equal(es("unread", { count: 1 }), "Chat, 1 mensaje nuevo");
  assert.equal(es("unread", { count: 0 }), "Chat, 0 mensajes nuevos");
});

test("values are put in, numbers as the locale writes them, and a missing value stays visible", () => {
  const t = translator({ place: "Number {place} for {name}" }, "en");
  assert.equal(t("place", { place: 1234, name: "Amir" }), "Number 1,234 for Amir");
  assert.equal(t("place", { place: 1 }), "Number 1 for {name}");
});

test("a regional tag finds its language", () => {
  assert.equal(pickLanguage(["auto", "es-MX", "fr"], ["en", "es", "fr"]), "es");
  assert.equal(pickLanguage(["FR_ca"], ["en", "es", "fr"]), "fr");
  assert.equal(pickLanguage(["de"], ["en", "es", "fr"]), undefined);
});

test("days are calendar days of the reader, also across a change of the clocks", () => {
  assert.equal(daysBetween(new Date(2026, 2, 28, 23, 59), new Date(2026, 2, 29, 0, 1)), 1);
  assert.equal(daysBetween(new Date(2026, 9, 24, 0, 0), new Date(2026, 9, 26, 23, 0)), 2);
  const format = formatter("es");
  const now = new Date(2026, 10, 21, 12);
  assert.equal(format.day(new Date(2026, 10, 21, 9).toISOString(), now), "Hoy");
  assert.equal(format.day(new Date(2026, 10, 20, 9).toISOString(), now), "Ayer");
  assert.equal(format.day(new Date(2026, 10, 18, 9).toISOString(), now), "Miércoles");
});

test("a day to come is named as people say it", () => {
  const now = new Date(2026, 10, 21, 12);
  const coming = (language: string, day: number): string => formatter(language).coming(new Date(2026, 10, day, 9).toISOString(), now);
  assert.deepEqual(["en", "es", "fr"].map((language) => coming(language, 21)), ["today", "hoy", "aujourd’hui"]);
  assert.deepEqual(["en", "es", "fr"].map((language) => coming(language, 22)), ["tomorrow", "mañana", "demain"]);
  assert.equal(coming("en", 24), "Tuesday");
  assert.equal(coming("fr", 30), "30 novembre");
});

test("a wait is never less than a minute", () => {
  assert.match(formatter("en").minutes(5), /^1/);
  assert.match(formatter("en").minutes(260), /^4/);
});

test("the build finds a missing key, a missing plural form, a changed placeholder", () => {
  const folder = mkdtempSync(join(tmpdir(), "parley-locales-"));
  const write = (language: string, catalog: object): void => writeFileSync(join(folder, `app.${language}.json`), JSON.stringify(catalog));
  write("en", { a: "A {x}", b: { one: "1", other: "n" } });
  write("es", { a: "A {x}", b: { one: "1", many: "m", other: "n" } });
  write("fr", { a: "A {y}", b: { one: "1", other: "n" }, c: "alone" });
  const faults = localeFaults(folder) as string[];
  rmSync(folder, { recursive: true });
  for (const part of ["app.fr.json: a: expected placeholders {x}, got {y}", 'app.fr.json: b: missing plural form "many"', "app.en.json: c: missing", "app.es.json: c: missing"]) {
    assert.ok(faults.some((fault) => fault.includes(part)), `${part} in ${faults.join("; ")}`);
  }
});
