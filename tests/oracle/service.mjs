// A service in another language, written from the reference pages alone: words, settlement, rollups.
// The vectors can be satisfied without this package, and this is what it takes in JavaScript.

// --- words ------------------------------------------------------------------------------------

const words = (text) => text.trim().split(/\s+/);

const REASONS = words(`
  voicemail_detected silence_timeout max_call_duration participant_left pipeline_exit
  user_requested agent_initiated resolved unresolved abandoned escalated handoff_resolved
  transferred error unknown callee_busy callee_no_answer callee_unavailable callee_declined
  callee_not_found sip_failed unknown_reason client_initiated duplicate_identity server_shutdown
  participant_removed room_deleted state_mismatch join_failure migration signal_close room_closed
  user_unavailable user_rejected sip_trunk_failure connection_timeout media_failure agent_error
  dispatch_failed token_mint_failed sip_dial_failed participant_join_timeout setup_error
  stale_routing superseded duplicate_dispatch`);
const STATUSES = words(`queued ringing active paused waiting_for_human transferred awaiting_approval
  closed expired error superseded`);
const EVENTS = words(`ring answer pause resume request_human request_approval approve deny transfer
  return_to_agent close expire fail supersede`);
const LIVEKIT = words(`unknown_reason client_initiated duplicate_identity server_shutdown
  participant_removed room_deleted state_mismatch join_failure migration signal_close room_closed
  user_unavailable user_rejected sip_trunk_failure connection_timeout media_failure agent_error`);
const ALIASES = new Map([
  ...REASONS.map((word) => [`session_termination_reason_${word}`, word]),
  ...LIVEKIT.map((word) => [`disconnect_reason_${word}`, word]),
]);

// Unicode's white space: \s has the byte order mark too many and the next line (U+0085) too few.
const SPACE = "[\\p{White_Space}]";
// To lower case is too little (long s, ligatures), to upper and then to lower too much (dotless i).
const folded = (text) =>
  [...text].map((c) => (c === "\u0131" ? c : c.toUpperCase().toLowerCase())).join("");
const joined = (text) => text.replace(new RegExp(`(?:[-./:]|${SPACE})+`, "gu"), "_");

function looks(text) {
  const bare = text.replace(new RegExp(`^${SPACE}+|${SPACE}+$`, "gu"), "");
  const split = bare.replace(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, "_");
  return [joined(folded(bare)), joined(folded(split))];
}

const short = (value) => typeof value === "string" && [...value].length <= 64;
const found = (value, known) =>
  short(value) ? ([value, ...looks(value)].find((look) => known.includes(look)) ?? null) : null;

function readReason(value) {
  if (value === null) return ["unknown", "absent"];
  if (!short(value)) return ["unknown", "unrecognized"];
  if (REASONS.includes(value)) return [value, "exact"];
  const reason = found(value, REASONS);
  if (reason !== null) return [reason, "normalized"];
  const alias = looks(value).find((look) => ALIASES.has(look));
  return alias === undefined ? ["unknown", "unrecognized"] : [ALIASES.get(alias), "alias"];
}

export function read_reason({ value }) {
  const [reason, via] = readReason(value);
  const long = typeof value === "string" && !short(value);
  const raw = long ? `${[...value].slice(0, 63).join("")}\u2026` : value;
  return { reason, raw, via, accepted: via !== "absent" && via !== "unrecognized" };
}
export const read_status = ({ value }) => ({ status: found(value, STATUSES) });
export const read_event = ({ value }) => ({ event: found(value, EVENTS) });

// --- settlement -------------------------------------------------------------------------------

const RANKS = words("human dialled bridged cause foreign echo silent");
const ROWS = {
  human: words("handoff_resolved"),
  dialled: words(`voicemail_detected callee_declined callee_busy callee_no_answer callee_not_found
    callee_unavailable`),
  bridged: words("transferred"),
  cause: words(`silence_timeout max_call_duration participant_join_timeout escalated resolved
    unresolved abandoned user_requested agent_initiated duplicate_dispatch stale_routing superseded
    user_rejected user_unavailable sip_trunk_failure sip_dial_failed sip_failed dispatch_failed
    token_mint_failed setup_error join_failure participant_left client_initiated media_failure
    agent_error connection_timeout server_shutdown state_mismatch error`),
  foreign: [],
  echo: words(`participant_removed room_deleted room_closed signal_close duplicate_identity
    migration pipeline_exit`),
  silent: words("unknown_reason unknown"),
};
const SYMPTOMS = ROWS.cause.slice(-8);
const TIES = RANKS.flatMap((rank) => ROWS[rank]);
const ERRORS = words(`error sip_failed server_shutdown state_mismatch join_failure
  sip_trunk_failure connection_timeout media_failure agent_error dispatch_failed token_mint_failed
  sip_dial_failed setup_error`);
const VOID = words("stale_routing superseded duplicate_dispatch");
const UNREACHED = [
  ...ROWS.dialled,
  ...words(`sip_failed join_failure user_unavailable user_rejected dispatch_failed
    token_mint_failed sip_dial_failed participant_join_timeout setup_error`),
];

function ownStatus(reason) {
  if (ERRORS.includes(reason)) return "error";
  if (VOID.includes(reason)) return "superseded";
  return reason === "participant_join_timeout" ? "expired" : "closed";
}

function outcomeOf(reason) {
  if (words("agent_initiated resolved handoff_resolved").includes(reason)) return "resolved";
  if (words("unresolved abandoned escalated transferred").includes(reason)) return reason;
  if (UNREACHED.includes(reason)) return "unreached";
  return VOID.includes(reason) ? "void" : "undetermined";
}

// Date has milliseconds only: the digits behind them are kept beside it, as a whole number.
function micros(time) {
  const [, rest] = time.match(/\.\d{3}(\d*)/);
  return BigInt(Date.parse(time)) * 1000n + BigInt(rest || 0);
}

// A step of the order: the first that is not 0 decides. Text by code point, not by code unit.
const by = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
function byCodePoint(one, other) {
  const [ours, theirs] = [one, other].map((text) => [...text].map((c) => c.codePointAt(0)));
  const place = ours.findIndex((point, i) => point !== theirs[i]);
  return place === -1 ? by(ours.length, theirs.length) : by(ours[place], theirs[place] ?? -1);
}

function stood(claim, start) {
  const status = claim.status ?? ownStatus(claim.reason);
  const silent = ROWS.silent.includes(claim.reason);
  const named = silent && status !== ownStatus(claim.reason);
  let rank = RANKS.find((name) => ROWS[name].includes(claim.reason));
  if (named) rank = "cause";
  else if (claim.reason === "unknown" && claim.raw !== null) rank = "foreign";
  const at = claim.at === null ? null : micros(claim.at);
  const counts = at !== null && (start === null || at >= start);
  // Rounded down, before 1970 as well, where division of whole numbers rounds up.
  const second = counts ? (at - (((at % 1000000n) + 1000000n) % 1000000n)) / 1000000n : 0n;
  const lag = SYMPTOMS.includes(claim.reason) ? 3n : 0n;
  const tie = TIES.indexOf(claim.reason) + (named ? TIES.length : 0);
  return { claim, status, rank, at, counts, second: second + lag, tie };
}

const before = (a, b) =>
  by(RANKS.indexOf(a.rank), RANKS.indexOf(b.rank)) ||
  by(!a.counts, !b.counts) ||
  (a.counts ? by(a.second, b.second) : 0) ||
  by(a.tie, b.tie) ||
  (a.counts ? by(a.at, b.at) : 0) ||
  byCodePoint(a.claim.source, b.claim.source) ||
  by(a.status, b.status) ||
  by(a.claim.raw !== null, b.claim.raw !== null) ||
  byCodePoint(a.claim.raw ?? "", b.claim.raw ?? "") ||
  by(a.at !== null, b.at !== null) ||
  by(a.at, b.at);

export function settle({ claims, not_before }) {
  if (claims.length === 0) return { refused: "no claims" };
  const times = [...claims.map((claim) => claim.at), not_before].filter((time) => time !== null);
  if (!times.every((time) => /(Z|[+-]\d\d:\d\d)$/.test(time))) return { refused: "time without a zone" };
  if (claims.some(({ status }) => status !== null && STATUSES.indexOf(status) < 7)) {
    return { refused: "live status" };
  }
  const start = not_before === null ? null : micros(not_before);
  const all = claims.map((claim, place) => ({ ...stood(claim, start), place }));
  const sorted = all.sort((a, b) => before(a, b) || a.place - b.place);
  const once = sorted.filter((one, i) => i === 0 || before(sorted[i - 1], one) !== 0);
  const first = [...all].filter((one) => one.counts).sort((a, b) => by(a.at, b.at))[0];
  const { claim, status } = once[0];
  return {
    order: once.map((one) => one.place),
    ranks: once.map((one) => one.rank),
    reason: claim.reason,
    status,
    outcome: outcomeOf(claim.reason),
    source: claim.source,
    at: first === undefined ? null : written(first.at),
  };
}

function written(at) {
  const rest = ((at % 1000n) + 1000n) % 1000n;
  const text = new Date(Number((at - rest) / 1000n)).toISOString();
  return rest === 0n ? text : text.replace("Z", `${String(rest).padStart(3, "0")}Z`);
}

// --- rollup -----------------------------------------------------------------------------------

const UNFINISHED = words("queued pending running");
const verdicts = (run) => (run.scores ?? []).map(({ passed }) => (typeof passed === "boolean" ? passed : null));

function outcome(run) {
  if (UNFINISHED.includes(run.status)) return "pending";
  if (run.status !== "completed") return "errored";
  const passed = verdicts(run);
  if (passed.includes(false)) return "failed";
  return passed.length === 0 || passed.includes(null) ? "no_verdict" : "passed";
}

function counted(runs, required) {
  const counts = {};
  for (const [prefix, among] of [["", runs], ["critical_", runs.filter((run) => run.is_critical)]]) {
    const total = among.length;
    const pending = among.filter((run) => UNFINISHED.includes(run.status)).length;
    const good = (run) => verdicts(run).every((one) => one === true) && (!required || verdicts(run).length > 0);
    const succeeded = among.filter((run) => run.status === "completed" && good(run)).length;
    const cells = { total, succeeded, failed: total - succeeded - pending, pending };
    for (const [kind, cell] of Object.entries(cells)) counts[prefix + kind] = cell;
  }
  return counts;
}

function headline(counts) {
  if (counts.critical_total === 0) return "none";
  if (counts.critical_failed > 0) return "failed";
  return counts.critical_pending > 0 ? "pending" : "passed";
}

const told = (counts) => ({ counts, eval_status: headline(counts) });

export function rollup({ runs, require_scores }) {
  const outcomes = runs.map(outcome);
  const names = words("pending passed failed no_verdict errored");
  const answer = told(counted(runs, require_scores));
  const open = answer.eval_status === "pending";
  return {
    ...answer,
    worst: open ? "failed" : answer.eval_status,
    best: open ? "passed" : answer.eval_status,
    outcomes,
    outcome_counts: Object.fromEntries(
      names.map((name) => [name, outcomes.filter((one) => one === name).length]),
    ),
  };
}

function summed(all) {
  const sums = { ...counted([], false) };
  for (const counts of all) for (const kind of Object.keys(sums)) sums[kind] += counts[kind];
  return sums;
}

export const merge = ({ shards, require_scores }) =>
  told(summed(shards.map((runs) => counted(runs, require_scores))));

export function replace({ runs, old, new: added, require_scores }) {
  const negative = counted(old === null ? [] : [runs[old]], require_scores);
  for (const kind of Object.keys(negative)) negative[kind] = -negative[kind];
  const come = counted(added === null ? [] : [added], require_scores);
  return told(summed([counted(runs, require_scores), negative, come]));
}

export function latest({ attempts }) {
  const kept = new Map();
  attempts.forEach(({ key, order }, place) => {
    if (!kept.has(key) || order >= attempts[kept.get(key)].order) kept.set(key, place);
  });
  return { kept: [...kept.values()].sort((a, b) => a - b) };
}

export const read_strictly = ({ runs }) => ({
  accepted: runs.every(
    (run) =>
      typeof run.is_critical === "boolean" &&
      run.scores !== null &&
      run.scores.every(({ passed }) => passed === null || typeof passed === "boolean"),
  ),
});

export function build({ counts }) {
  const parts = ["succeeded", "failed", "pending"];
  const adds = (prefix) => counts[`${prefix}total`] === parts.reduce((sum, kind) => sum + counts[prefix + kind], 0);
  const within = (kind) => counts[`critical_${kind}`] <= counts[kind];
  const valid = Object.values(counts).every((cell) => cell >= 0) && adds("") && adds("critical_") && parts.every(within);
  return { valid };
}
