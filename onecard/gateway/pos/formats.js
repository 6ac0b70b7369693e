/** Money and time as people read them: whole fen, and the campus's own time whatever zone the device is in. */

const MOST_FEN = 10_000_000;
const AMOUNT = /^(\d{0,6})(?:\.(\d{0,2}))?$/;
const CARD = /^\d{1,19}$/;
const MAX_CARD = 2n ** 63n - 1n;

/** 123456 → 1,234.56 */
export function yuan(fen) {
  const size = Math.abs(fen);
  const whole = String((size - (size % 100)) / 100).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${fen < 0 ? "−" : ""}${whole}.${String(size % 100).padStart(2, "0")}`;
}

export function money(fen) {
  return `¥${yuan(fen)}`;
}

/** The fen of what was keyed in so far (12, 12., 12.5); null when it is no amount or too large. */
export function fenOf(text) {
  const found = AMOUNT.exec(text);
  if (!found) return null;
  const fen = Number(found[1] || "0") * 100 + Number((found[2] ?? "").padEnd(2, "0"));
  return fen <= MOST_FEN ? fen : null;
}

/** The card number of scanned or typed digits as plain decimal text; null when it is none. */
export function cardOf(text) {
  if (!CARD.test(text) || BigInt(text) > MAX_CARD) return null;
  return BigInt(text).toString();
}

/** A card number as it is shown in lists: its last four digits. */
export function cardTail(card_no) {
  return card_no.length > 4 ? `…${card_no.slice(-4)}` : card_no;
}

/** { date: 2026-11-24, time: 12:05:09 } on campus. */
export function campusTime(us, utc_offset_min) {
  const [date, time] = new Date(Math.floor(us / 1_000) + utc_offset_min * 60_000).toISOString().split("T");
  return { date, time: time.slice(0, 8) };
}
