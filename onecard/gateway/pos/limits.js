/** 脱机限额: what may still be sold without the centre. Pure; the same order of precedence as onecard/emulation/limits.py. */

const HOUR_US = 3_600_000_000;
const MINUTE_US = 60_000_000;
const DAY_MIN = 1_440;
const CLOCK_MAY_GO_BACK_US = 5 * MINUTE_US;

/** What was sold offline and is not collected yet: the limits count it, also after the page was closed. */
export class Sold {
  #byCard = new Map();
  fen = 0;
  records = 0;

  ofCard(card_no) {
    return this.#byCard.get(card_no) ?? 0;
  }

  add({ card_no, amount_fen }) {
    this.#count(card_no, amount_fen, 1);
  }

  remove({ card_no, amount_fen }) {
    this.#count(card_no, -amount_fen, -1);
  }

  #count(card_no, amount_fen, records) {
    const left = this.ofCard(card_no) + amount_fen;
    if (left > 0) this.#byCard.set(card_no, left);
    else this.#byCard.delete(card_no);
    this.fen += amount_fen;
    this.records += records;
  }
}

/**
 * The first limit that this sale would break; null when it may be sold. A limit may be reached and not passed, zero means none.
 * `out_of_touch_us`: by the device's own clock since the centre last answered; below zero the clock was set back.
 * `allowance_fen`: what the list of allowances says of the card, 0 when it is not on it.
 */
export function limitReached(parameters, sold, { card_no, amount_fen, out_of_touch_us, now_us, allowance_fen = 0 }) {
  const limits = parameters.offline;
  const of_card_fen = sold.ofCard(card_no) + amount_fen;
  const isOver = (value, limit) => limit !== 0 && value > limit;
  const inOrder = [
    [!limits.is_allowed, "LIMIT_NOT_ALLOWED"],
    [out_of_touch_us < -CLOCK_MAY_GO_BACK_US, "LIMIT_CLOCK"],
    [isOver(out_of_touch_us, limits.max_hours * HOUR_US), "LIMIT_HOURS"],
    [!isOpen(parameters, now_us), "DECLINED_OUTSIDE_PERIOD"],
    [isOver(amount_fen, limits.single_limit_fen), "LIMIT_SINGLE"],
    [amount_fen > (parameters.single_limit_fen ?? Infinity), "LIMIT_SINGLE"],
    [isOver(of_card_fen, limits.card_limit_fen), "LIMIT_CARD"],
    [limits.needs_allowance && of_card_fen > allowance_fen, "LIMIT_ALLOWANCE"],
    [isOver(sold.fen + amount_fen, limits.total_limit_fen), "LIMIT_TOTAL"],
    [isOver(sold.records + 1, limits.max_records), "LIMIT_RECORDS"],
  ];
  return inOrder.find(([applies]) => applies)?.[1] ?? null;
}

/** Whether the terminal sells at this moment, by its hours on campus; they may cross midnight, none mean always. */
export function isOpen({ opens_at_min, closes_at_min, utc_offset_min }, now_us) {
  if (opens_at_min === null || closes_at_min === null) return true;
  const minute = (Math.floor(now_us / MINUTE_US) + utc_offset_min) % DAY_MIN;
  if (opens_at_min < closes_at_min) return opens_at_min <= minute && minute < closes_at_min;
  return minute >= opens_at_min || minute < closes_at_min;
}
