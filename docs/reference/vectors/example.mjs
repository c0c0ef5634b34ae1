// An adapter for check.mjs: a service's state machine, its rules typed by hand.
//
// In your service, import your own functions here instead.

const LIVE = ["queued", "ringing", "active", "paused", "waiting_for_human", "transferred", "awaiting_approval"];

// One row an event: where it leads from, and where to.
const RULES = {
  ring: [["queued"], "ringing"],
  answer: [["queued", "ringing"], "active"],
  pause: [["active"], "paused"],
  resume: [["paused"], "active"],
  request_human: [["active", "paused"], "waiting_for_human"],
  request_approval: [["active"], "awaiting_approval"],
  approve: [["awaiting_approval"], "active"],
  deny: [["awaiting_approval"], "active"],
  transfer: [["active", "paused", "waiting_for_human"], "transferred"],
  return_to_agent: [["waiting_for_human", "transferred"], "active"],
  close: [LIVE, "closed"],
  expire: [LIVE, "expired"],
  fail: [LIVE, "error"],
  supersede: [LIVE, "superseded"],
};

function verdictOf(status, event) {
  const [sources, target] = RULES[event];
  if (!LIVE.includes(status)) return "late";
  if (sources.includes(status)) return "moved";
  if (status === target) return "already";
  const rings = event === "ring" || event === "answer";
  return rings && !["queued", "ringing"].includes(status) ? "late" : "illegal";
}

export function transition({ status, event }) {
  const verdict = verdictOf(status, event);
  return {
    verdict,
    after: verdict === "moved" ? RULES[event][1] : status,
    allowed: Object.keys(RULES).filter((other) => verdictOf(status, other) === "moved"),
  };
}

export function describe_status({ status }) {
  return { live: LIVE.includes(status), initial: ["queued", "ringing", "active"].includes(status) };
}
