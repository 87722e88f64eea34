/** What the server tells about single conversations, pain points, drafts and entries. */
import type { Rate } from "../report.ts";

export interface EpisodeRow {
  id: string;
  conversation_id: string;
  episode: number;
  nth?: number;
  started_at?: string;
  ended_at?: string;
  language?: string;
  topic?: string | null;
  entry?: string | null;
  outcome?: string;
  first_outcome?: string;
  handoff_reason?: string | null;
  agent?: string | null;
  csat?: number | null;
  /** Seconds or messages, when the metric is one. */
  value?: number;
  /** Masked first words; null when they were deleted. */
  quote?: string | null;
}

export interface EpisodeList {
  n: number;
  rows: EpisodeRow[];
  next: string | null;
}

export interface Candidate {
  entry: string;
  title: string;
  confidence: number;
}

export interface Decision {
  message_id: string;
  reply_id: string | null;
  action: string;
  reason: string | null;
  entry: string | null;
  title: string | null;
  confidence: number | null;
  candidates: Candidate[];
  scores: Record<string, number>;
  language: string;
  kb_version: string;
  milliseconds: number;
}

export interface TranscriptMessage {
  id: string;
  seq: number;
  episode: number;
  author: "shopper" | "bot" | "agent" | "system";
  name: string | null;
  language: string;
  text: string;
  at: string;
  decision: string | null;
  entry: string | null;
  reason: string | null;
  helpful: boolean | null;
}

export interface Transcript {
  conversation: { id: string; status: string; language: string; locale: string; surface: string; page: string | null; created_at: string; messages: number };
  visitor: string;
  episodes: EpisodeRow[];
  messages: TranscriptMessage[];
  decisions: Decision[];
}

export type Action = "write_entry" | "add_variants" | "fix_answer" | "fix_shop";

export interface PainPoint {
  key: string;
  name: string;
  words: string[];
  quote: string;
  languages: Record<string, number>;
  /** Turns that ended badly. */
  size: number;
  episodes: number;
  /** Of all turns. */
  share: number;
  reasons: Record<string, number>;
  trend: { before: number; now: number; ratio: number | null; p: number; significant: boolean; direction: "up" | "down" | "flat" | "new" };
  agent_minutes: number;
  csat: Rate;
  bad_endings: Rate;
  nearest: { entry: string; title: string; similarity: number }[];
  do: Action;
  days: [string, number][];
}

export interface Sample {
  conversation_id: string;
  episode: number;
  message_id: string;
  language: string;
  text: string;
  at: string;
  reason: string;
  entry: string | null;
  confidence: number | null;
}

export interface PainPoints {
  turns: { all: number; bad: number };
  painpoints: PainPoint[];
  behind: boolean;
}

export interface DraftText {
  title: string;
  variants: string[];
  /** Markdown. */
  answer: string;
}

export interface ReplaySide {
  action: string;
  entry: string | null;
  confidence: number | null;
}

export interface Replay {
  turns: number;
  gained: number;
  lost: number;
  changed: number;
  same: number;
  rows: { kind: "gained" | "lost" | "changed"; text: string; language: string; before: ReplaySide; after: ReplaySide; expected?: string | null }[];
}

export interface Draft {
  id: string;
  status: "draft" | "published";
  entry: string;
  is_new: boolean;
  texts: Record<string, DraftText>;
  based_on: { painpoint: string | null; size: number | null; name?: string | null } | null;
  created_at: string;
  published_at?: string | null;
  replay?: Replay | null;
  version: number;
}

export interface Effect {
  since: string;
  days: number;
  before: { turns: number; bad: number; share: number | null };
  after: { turns: number; bad: number; share: number | null };
  difference: number | null;
  p: number | null;
  significant: boolean;
}

export interface Entries {
  overlapping: { entries: [string, string]; titles: [string, string]; language: string; texts: [string, string]; similarity: number }[];
  stale: { entry: string; title: string; updated: string | null; answers: number; unhelpful: number; days: number }[];
  unneeded: { entry: string; title: string; languages: string[]; days: number }[];
}
