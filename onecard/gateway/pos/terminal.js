/**
 * The terminal: sells online, offline within its limits, collects later, and never loses or doubles a record
 * (docs/terminal-protocol.md; what it does and in which order is what onecard/emulation/terminal.py does).
 *
 * Only one page at a time may hold one: main.js sees to that. It tells of every change by the event "change".
 */

import { Client, NoAnswer, Refusal, ownClockUs } from "./client.js";
import { Standing, isUnsent } from "./journal.js";
import { Sold, limitReached } from "./limits.js";
import { recordMac } from "./signing.js";
import { recordText, withPin } from "./wire.js";

const TRIES = 2;
const CUSTOMER_WAITS_MS = 5_000;
const ONLINE_AT_ONCE = 100;
const COLLECTED_AT_ONCE = 500;
const KEPT_DAYS = 90;
const KEY_DAYS = 90;
const DAY_US = 86_400_000_000;
const MOST_BEAT_S = 3_600;
const OFFLINE_BEAT_S = 20;
const BARRED_BEAT_S = 180;
const { ASKED, PAID, DECLINED, REVERSING, REVERSED, SOLD, COLLECTED } = Standing;

/** What the customer is told: `is` one of paid, sold, declined, refused; `why` an outcome, a limit or a state. */
const told = (is, why, more = {}) => ({ is, why, ...more });

export class Terminal extends EventTarget {
  identity = null;
  parameters = null;
  isOnline = false;
  isDisabled = false;
  /** Why the terminal may sell nothing until the centre takes it again: a refusal's code, or null. */
  barred = null;
  unsent = 0;
  leftOver = [];
  #journal;
  #firmware;
  #client = new Client();
  #blacklist = null;
  #allowances = null;
  #offset_us = 0;
  #touched_us = 0;
  #sold = new Sold();
  #last_seq = 0;
  #asking = null;
  #isSelling = false;
  #beating = null;
  #areParametersFresh = false;
  #failures = 0;
  #notBefore_ms = 0;
  #timer = null;

  constructor(journal, firmware) {
    super();
    this.#journal = journal;
    this.#firmware = firmware;
  }

  /** What the device does when it starts: see what it kept, give up what was asked and never answered. */
  async start() {
    const names = ["identity", "parameters", "blacklist", "allowances", "touch"];
    const [identity, parameters, blacklist, allowances, touch] = await Promise.all(names.map((name) => this.#journal.kept(name)));
    this.identity = this.#client.identity = identity;
    if (!identity) return this.#changed();
    this.parameters = parameters;
    this.#blacklist = blacklist;
    this.#allowances = allowances;
    Object.assign(this, { isDisabled: touch.isDisabled, barred: touch.barred });
    this.#offset_us = touch.offset_us;
    this.#touched_us = touch.at_us;
    await this.#journal.prune(this.nowUs() - KEPT_DAYS * DAY_US);
    this.#last_seq = await this.#journal.lastSeq(identity.terminal, identity.batch_no);
    this.#sold = new Sold();
    for (const row of await this.#journal.unsent()) {
      if (row.standing === ASKED) await this.#journal.mark(row, REVERSING);
      if (row.standing === SOLD && this.#canSend(row)) this.#sold.add(row);
    }
    this.leftOver = (await this.#journal.unsent()).filter((row) => !this.#canSend(row));
    await this.#countUnsent();
    this.beatNow();
  }

  /** The device's clock, corrected by what the centre said of it. */
  nowUs() {
    return ownClockUs() + this.#offset_us;
  }

  get terminalName() {
    return this.parameters?.terminal_name || this.identity?.terminal || "";
  }

  get lastSeq() {
    return this.#last_seq;
  }

  get blacklistVersion() {
    return this.#blacklist?.version ?? null;
  }

  /** Why nothing can be sold at all now; null when selling is possible. */
  get stopped() {
    if (this.barred) return this.barred === "CONFLICT" ? "STOPPED_CONFLICT" : "STOPPED_REVOKED";
    if (this.isDisabled) return "DECLINED_TERMINAL_DISABLED";
    return this.parameters && this.#blacklist ? null : "STOPPED_NOT_READY";
  }

  newest(most) {
    return this.#journal.newest(this.identity.terminal, most);
  }

  since(us) {
    return this.#journal.since(this.identity.terminal, us);
  }

  // Enrolment.

  /** Become the terminal by its one-time code. Records of an earlier enrolment stay in the journal. */
  async enrol({ terminal, code, model }) {
    await this.#beating; // what the centre said to the keys before must not be taken for its word on the new ones
    clearTimeout(this.#timer);
    const serial_no = (await this.#journal.kept("serial_no")) ?? `browser-${crypto.randomUUID()}`;
    const { next_batch_no, ...identity } = await this.#client.enrol({ terminal, code, serial_no, model, firmware: this.#firmware });
    // Above every batch of this device too: the centre may never have seen the last one.
    identity.batch_no = Math.max(next_batch_no, (await this.#journal.lastBatch(terminal)) + 1);
    const touch = { at_us: ownClockUs(), offset_us: 0, isDisabled: false, barred: null };
    await this.#journal.keep({ identity, serial_no, touch, parameters: null, blacklist: null, allowances: null });
    this.#areParametersFresh = false;
    await this.start();
  }

  // Selling.

  /** One customer: online, or offline when the centre cannot be reached. */
  async sell(card_no, amount_fen, pin = null) {
    if (this.#isSelling) return told("refused", "BUSY");
    if (this.stopped) return told("refused", this.stopped);
    this.#isSelling = true;
    try {
      if (this.isOnline) return await this.#sellOnline(card_no, amount_fen, pin);
      return pin === null ? await this.#sellOffline(card_no, amount_fen) : told("refused", "PIN_OFFLINE");
    } finally {
      this.#isSelling = false;
      this.#asking = null;
      await this.#countUnsent();
    }
  }

  async #sellOnline(card_no, amount_fen, pin) {
    const row = await this.#write({ card_no, amount_fen }, ASKED);
    for (let tries = 0; tries < TRIES; tries++) {
      try {
        return await this.#settle(row, await this.#ask(row, pin));
      } catch (problem) {
        if (problem instanceof Refusal) await this.#obey(problem);
        else this.#note(problem);
        if (!(problem instanceof NoAnswer) || problem.retry_after_s) break; // the customer does not wait that long
      }
    }
    // Written down first: whatever happens to the page now, the reversal will be sent.
    await this.#journal.mark(row, REVERSING);
    this.#wentOffline();
    if (this.stopped) return told("refused", this.stopped);
    return pin === null ? this.#sellOffline(card_no, amount_fen) : told("refused", "PIN_OFFLINE");
  }

  async #ask(row, pin) {
    this.#asking = row;
    const body = `{"purchases":[${withPin(row.sent, pin)}],"wants_balance":true}`;
    const { results } = await this.#client.call("POST", "/v1/purchases", { body, timeout_ms: CUSTOMER_WAITS_MS });
    return results[0];
  }

  async #settle(row, { outcome, first_outcome, balance_fen, surcharge_fen = 0 }) {
    const why = first_outcome ?? outcome;
    await this.#journal.mark(row, why === "APPROVED" ? PAID : DECLINED, why);
    if (why === "CONFLICT") await this.#bar("CONFLICT");
    return told(row.standing === PAID ? "paid" : "declined", why, { row, balance_fen: balance_fen ?? null, surcharge_fen });
  }

  async #sellOffline(card_no, amount_fen) {
    if (this.#blacklist.cards.has(card_no)) return told("refused", "BLACKLISTED");
    const now_us = this.nowUs();
    const out_of_touch_us = ownClockUs() - this.#touched_us;
    const allowance_fen = this.#allowances?.cards.get(card_no) ?? 0;
    const limit = limitReached(this.parameters, this.#sold, { card_no, amount_fen, out_of_touch_us, now_us, allowance_fen });
    if (limit) return told("refused", limit);
    const row = await this.#write({ card_no, amount_fen, blacklist_version: this.#blacklist.version }, SOLD);
    this.#sold.add(row);
    return told("sold", "SOLD", { row, balance_fen: null, surcharge_fen: 0 });
  }

  /** Write before you sell: the next number's record, signed, is on the disk when this returns. */
  async #write(content, standing) {
    const { terminal, batch_no, record_key } = this.identity;
    const record = { ...content, batch_no, seq: this.#last_seq + 1, occurred_at_us: Math.max(0, this.nowUs()) };
    const sent = recordText({ ...record, mac: await recordMac(record, record_key) });
    const { blacklist_version: _in_sent, ...kept } = record;
    const row = { terminal, ...kept, sent, standing, outcome: "" };
    await this.#journal.add(row);
    this.#last_seq = record.seq;
    return row;
  }

  /** What was written before the device was enrolled anew is sent under the record key that it has now. */
  async #signAnew(row) {
    if (row.batch_no >= this.identity.batch_no) return;
    const record = { ...row, blacklist_version: JSON.parse(row.sent).blacklist_version };
    const sent = recordText({ ...record, mac: await recordMac(record, this.identity.record_key) });
    if (sent !== row.sent) await this.#journal.signAnew(row, sent);
  }

  // In touch with the centre.

  /** 心跳, now: say how it is, load what is newer, send what is unsent. One at a time. */
  beatNow() {
    if (!this.identity) return Promise.resolve();
    clearTimeout(this.#timer);
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = null;
      this.#timer = setTimeout(() => this.beatNow(), this.#pauseMs());
    });
    return this.#beating;
  }

  #pauseMs() {
    if (this.barred) return BARRED_BEAT_S * 1_000;
    if (this.isOnline) return Math.min(this.parameters.heartbeat_s, MOST_BEAT_S) * 1_000;
    const backoff_ms = Math.min(2 ** this.#failures, OFFLINE_BEAT_S) * 500 * (1 + Math.random());
    return Math.max(backoff_ms, this.#notBefore_ms - performance.now());
  }

  async #beat() {
    try {
      const answer = await this.#client.post("/v1/heartbeat", await this.#state());
      this.#offset_us = answer.clock_offset_us;
      this.isDisabled = answer.is_disabled;
      await this.#load(answer);
      await this.#sendUnsent();
      if (answer.has_missing) await this.#sendMissing();
      this.#failures = 0;
      if (this.barred !== "CONFLICT") this.barred = null;
      this.isOnline = true;
      await this.#keepTouch();
      if (ownClockUs() - (this.identity.keyed_us ?? 0) > KEY_DAYS * DAY_US) await this.#roll();
    } catch (problem) {
      if (problem instanceof Refusal) await this.#obey(problem);
      else this.#note(problem);
      this.#failures++;
      this.isOnline = false;
    }
    await this.#countUnsent();
  }

  #roll() {
    return this.#client.roll(() => this.#journal.keep({ identity: this.identity }));
  }

  /** 换钥, now. Whether a new key holds; if the centre didn't answer, the next session shows which one does. */
  async rollNow() {
    await this.#beating;
    try {
      await this.#roll();
      return true;
    } catch (problem) {
      console.warn(problem.message);
      return false;
    }
  }

  #note(problem) {
    if (!(problem instanceof NoAnswer)) return console.error(problem);
    this.#notBefore_ms = performance.now() + Math.min(problem.retry_after_s, OFFLINE_BEAT_S) * 1_000;
  }

  async #obey(refusal) {
    console.warn(refusal.message);
    if (["BAD_SIGNATURE", "BAD_TOKEN"].includes(refusal.code)) await this.#bar(refusal.code);
  }

  #bar(code) {
    this.barred = code;
    this.isOnline = false;
    return this.#keepTouch(this.#touched_us);
  }

  #wentOffline() {
    this.isOnline = false;
    this.#failures = 0;
    if (!this.#beating) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.beatNow(), this.#pauseMs());
    }
  }

  async #keepTouch(at_us = ownClockUs()) {
    this.#touched_us = at_us;
    const touch = { at_us, offset_us: this.#offset_us, isDisabled: this.isDisabled, barred: this.barred };
    await this.#journal.keep({ touch });
  }

  async #state() {
    const { usage = 0, quota = 1 } = (await navigator.storage?.estimate?.()) ?? {};
    const isPersistent = (await navigator.storage?.persisted?.()) ?? false;
    return {
      sent_at_us: ownClockUs(),
      batch_no: this.identity.batch_no,
      last_seq: this.#last_seq,
      unsent: this.unsent,
      storage_pct: Math.min(100, Math.floor((usage * 100) / quota)),
      firmware: this.#firmware,
      blacklist_version: this.#blacklist?.version ?? 0,
      parameters_version: this.parameters?.version ?? 0,
      faults: [...(isPersistent ? [] : ["storage-may-be-cleared"]), ...(this.barred === "CONFLICT" ? ["number-conflict"] : [])],
    };
  }

  async #load(answer) {
    if (!this.#areParametersFresh || answer.parameters_version !== this.parameters?.version) {
      const parameters = await this.#client.call("GET", "/v1/parameters");
      await this.#journal.keep({ parameters });
      this.parameters = parameters;
      await this.#client.post("/v1/parameters/applied", { version: parameters.version });
      this.#areParametersFresh = true;
    }
    if (answer.blacklist_version !== this.#blacklist?.version) {
      const blacklist = await this.#client.blacklist(this.#blacklist);
      await this.#journal.keep({ blacklist });
      this.#blacklist = blacklist;
    }
    if ((answer.allowances_version ?? null) !== (this.#allowances?.version ?? null)) {
      // Not needed any more: forgotten, for a device may be stolen.
      const allowances = answer.allowances_version === null ? null : await this.#client.allowances(this.#allowances);
      await this.#journal.keep({ allowances });
      this.#allowances = allowances;
    }
  }

  /** Reversals first, then what was sold offline; both from one look at the journal, so that no sale overtakes its reversal. */
  async #sendUnsent() {
    const asking = this.#asking;
    const rows = (await this.#journal.unsent()).filter((row) => this.#canSend(row) && !isSameRecord(row, asking));
    await this.#reverse(rows.filter((row) => row.standing !== SOLD));
    await this.#collect(rows.filter((row) => row.standing === SOLD));
  }

  async #reverse(rows) {
    for (const part of partsOf(rows, ONLINE_AT_ONCE)) {
      const results = await this.#send("/v1/reversals", "reversals", part);
      for (const [at, row] of part.entries()) {
        if (isUnsent(row)) await this.#journal.mark(row, REVERSED, results[at].outcome);
      }
    }
  }

  async #collect(rows) {
    for (const part of partsOf(rows, COLLECTED_AT_ONCE)) {
      const results = await this.#send("/v1/collections", "records", part);
      for (const [at, row] of part.entries()) {
        if (row.standing !== SOLD) continue;
        this.#sold.remove(row);
        await this.#journal.mark(row, COLLECTED, results[at].first_outcome ?? results[at].outcome);
      }
    }
  }

  async #send(path, name, rows) {
    for (const row of rows) await this.#signAnew(row);
    const body = `{"${name}":[${rows.map((row) => row.sent).join(",")}]}`;
    return (await this.#client.call("POST", path, { body })).results;
  }

  /** 补采: send what the centre lacks, as what it was: a purchase that took money, or one that never came about. */
  async #sendMissing() {
    const { terminal } = this.identity;
    for (const { batch_no, first_seq, last_seq } of (await this.#client.call("GET", "/v1/missing")).missing) {
      const found = [], gone = [];
      for (let seq = first_seq; seq <= last_seq; seq++) {
        const row = await this.#journal.record(terminal, batch_no, seq);
        if (row) found.push(row);
        else gone.push({ batch_no, first_seq: seq, last_seq: seq });
      }
      await this.#collect(found.filter((row) => [PAID, SOLD, COLLECTED].includes(row.standing)));
      await this.#reverse(found.filter((row) => [DECLINED, REVERSED].includes(row.standing)));
      for (const places of partsOf(gone, ONLINE_AT_ONCE)) await this.#client.post("/v1/not-found", { places });
    }
  }

  /** Whether the centre can take it from this device: not what it wrote as another terminal. */
  #canSend(row) {
    return row.terminal === this.identity.terminal;
  }

  async #countUnsent() {
    this.unsent = (await this.#journal.countUnsent()) - this.leftOver.length;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

function isSameRecord(row, other) {
  return other !== null && row.terminal === other.terminal && row.batch_no === other.batch_no && row.seq === other.seq;
}

function* partsOf(rows, size) {
  for (let first = 0; first < rows.length; first += size) yield rows.slice(first, first + size);
}
