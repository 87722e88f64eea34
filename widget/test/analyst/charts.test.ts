import assert from "node:assert/strict";
import { test } from "node:test";
import { heatStep } from "../../src/analyst/charts/heat.tsx";
import { ceiling, durationCeiling, every, runs } from "../../src/analyst/charts/scale.ts";
import { DARK, GROUNDS, LIGHT } from "../../src/analyst/palette.ts";

test("an axis ends at a round number at or above the largest value", () => {
  assert.deepEqual([1, 3, 5, 9, 17, 65, 81, 412].map(ceiling), [1, 4, 6, 10, 20, 80, 100, 600]);
  assert.deepEqual([0.31, 0.4, 0.77].map((value) => Math.round(ceiling(value) * 10) / 10), [0.4, 0.4, 0.8]);
  assert.deepEqual([3, 45, 70, 4000].map(durationCeiling), [5, 60, 120, 7200]);
});

test("a missing value is a gap, and a value between gaps stands alone", () => {
  assert.deepEqual(runs([1, 2, null, 4, null, null, 7, 8]), { lines: [[[0, 1], [1, 2]], [[6, 7], [7, 8]]], alone: [[3, 4]] });
  assert.deepEqual(runs([null, null]), { lines: [], alone: [] });
  assert.deepEqual(runs([0, 0]).lines.length, 1);
});

test("labels leave each other room", () => {
  assert.equal(every(90, 900, 76), 8);
  assert.equal(every(7, 900, 76), 1);
});

test("an hour without anything has no colour, the busiest the darkest", () => {
  assert.deepEqual([0, 1, 5, 9, 10].map((value) => heatStep(value, 10)), [0, 1, 3, 5, 5]);
});

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const contrast = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

test("every mark is told from the ground at 3:1, light and dark", () => {
  for (const [name, colour] of Object.entries(LIGHT)) assert.ok(contrast(colour, GROUNDS.light) >= 3, `light ${name}: ${contrast(colour, GROUNDS.light)}`);
  for (const [name, colour] of Object.entries(DARK)) assert.ok(contrast(colour, GROUNDS.dark) >= 3, `dark ${name}: ${contrast(colour, GROUNDS.dark)}`);
});
