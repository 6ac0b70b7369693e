/** Protocol v1 from the terminal's side, over fetch (docs/terminal-protocol.md). */

import { ED25519, allowanceChecksum, blacklistChecksum, bytesOf, hmacKey, newKeys, rollText, sessionText, sign } from "./signing.js";
import { parse } from "./wire.js";

const TIMEOUT_MS = 8_000;
const PAGE = 10_000;
const SESSION_TRIES = 3;
const COME_AGAIN = [408, 429, 500, 502, 503, 504];

/** The request may or may not have reached the centre: no answer, or one that says to come again later. */
export class NoAnswer extends Error {
  constructor(why, retry_after_s = 0) {
    super(why);
    this.retry_after_s = retry_after_s;
  }
}

/** The centre refused the request and did nothing. */
export class Refusal extends Error {
  constructor(status, { code, message }) {
    super(`${code}: ${message}`);
    this.status = status;
    this.code = code;
  }
}

export const ownClockUs = () => Date.now() * 1_000;

export class Client {
  identity = null;
  #token = null;
  #opening = null;

  /** One request without retries; the answer's message. `body` is JSON text. */
  async request(method, path, { body, timeout_ms = TIMEOUT_MS } = {}) {
    const headers = { ...(body && { "Content-Type": "application/json" }), ...(this.#token && { Authorization: `Bearer ${this.#token}` }) };
    let response, text;
    try {
      const signal = AbortSignal.timeout(timeout_ms);
      response = await fetch(path, { method, body, headers, signal, cache: "no-store", credentials: "omit" });
      text = await response.text();
    } catch (problem) {
      throw new NoAnswer(problem.name);
    }
    const message = parsedOr(text, null);
    if (response.ok && message) return message;
    if (!message?.error || COME_AGAIN.includes(response.status)) {
      throw new NoAnswer(message?.error?.code ?? `status ${response.status}`, Number(response.headers.get("Retry-After")) || 1);
    }
    throw new Refusal(response.status, message.error);
  }

  /** A request in a session, which is opened before it, and once more when it turns out to have ended. */
  async call(method, path, options) {
    const token = await this.#openUnless(null);
    try {
      return await this.request(method, path, options);
    } catch (problem) {
      if (problem.code !== "BAD_TOKEN") throw problem;
    }
    await this.#openUnless(token);
    return this.request(method, path, options);
  }

  post(path, message) {
    return this.call("POST", path, { body: JSON.stringify(message) });
  }

  /** Open a session unless another request has done so since `token`: the newer ends the older. */
  async #openUnless(token) {
    if (this.#token === token || this.#token === null) {
      this.#opening ??= this.#open().finally(() => (this.#opening = null));
      await this.#opening;
    }
    return this.#token;
  }

  /** With whichever key is good when the answer to a roll was lost. */
  async #open() {
    this.#token = null;
    const { key, next } = this.identity;
    const keys = next ? [key, next.key] : [key];
    for (let tries = 0; ; tries++) {
      const mine = keys[tries % keys.length];
      try {
        this.#token = (await this.#session(mine)).token;
        if (mine !== key) Object.assign(this.identity, { key: mine, next: null });
        return;
      } catch (problem) {
        if (problem.code !== "BAD_SIGNATURE" || tries === SESSION_TRIES - 1) throw problem;
      }
    }
  }

  /**
   * 换钥: a new key in place of the one that opens sessions, and a session with it; other requests wait meanwhile. `keep` writes the
   * identity down, first of all before the centre hears of the new key. A shared key stays: its successor would be lost with the answer.
   */
  async roll(keep) {
    if (this.identity.scheme !== ED25519) return;
    await this.#opening;
    this.#opening = this.#roll(keep).finally(() => (this.#opening = null));
    await this.#opening;
  }

  async #roll(keep) {
    await this.#open();
    const { terminal } = this.identity;
    const { key, public_key } = (this.identity.next ??= await newKeys());
    await keep();
    await this.#ask("/v1/roll", { public_key, signature: await sign(rollText({ terminal, public_key }), key) });
    Object.assign(this.identity, { key, next: null, keyed_us: ownClockUs() });
    await keep();
    await this.#open();
  }

  async #session(key) {
    const { terminal } = this.identity;
    const { challenge } = await this.#ask("/v1/challenge", { terminal });
    const sent_at_us = ownClockUs();
    const signature = await sign(sessionText({ terminal, challenge, sent_at_us }), key);
    return this.#ask("/v1/session", { terminal, challenge, sent_at_us, signature });
  }

  #ask(path, message) {
    return this.request("POST", path, { body: JSON.stringify(message) });
  }

  /** Become the terminal by its one-time code: what to keep of it, keys that never leave the browser. */
  async enrol({ terminal, code, serial_no, model, firmware }) {
    const { scheme, key, public_key } = await newKeys();
    this.#token = null;
    const answer = await this.#ask("/v1/enrol", { terminal, code, scheme, public_key, serial_no, model, firmware });
    return {
      terminal,
      scheme,
      key: key ?? (await hmacKey(bytesOf(answer.shared_key))),
      record_key: await hmacKey(bytesOf(answer.record_key)),
      keyed_us: ownClockUs(),
      next_batch_no: answer.next_batch_no,
    };
  }

  /** {version, cards}: what changed since what is held; the whole set when nothing is, or after a drift. */
  async blacklist(held) {
    return (held && (await this.#changes(held))) ?? this.#whole();
  }

  async #changes(held) {
    const cards = new Set(held.cards);
    for (let since = held.version; ; ) {
      const page = await this.call("GET", `/v1/blacklist?since=${since}`).catch(nullIfConflict);
      if (page === null) return null;
      page.added.forEach((card_no) => cards.add(String(card_no)));
      page.removed.forEach((card_no) => cards.delete(String(card_no)));
      since = page.version;
      if (!page.has_more) return (await isThatSet(page, cards)) ? { version: since, cards } : null;
    }
  }

  /** {version, cards}: what each card may spend without the line; what changed since what is held, all from nothing after a drift. */
  async allowances(held) {
    const cards = new Map(held?.cards);
    for (let since = held?.version ?? 0; ; ) {
      const page = await this.call("GET", `/v1/allowances?since=${since}`).catch(held ? nullIfConflict : undefined);
      if (page === null) return this.allowances(null);
      page.listed.forEach(([card_no, fen]) => cards.set(String(card_no), fen));
      page.removed.forEach((card_no) => cards.delete(String(card_no)));
      since = page.version;
      if (page.has_more) continue;
      if (cards.size === page.count && (await allowanceChecksum(cards)) === page.checksum) return { version: since, cards };
      if (!held) throw new NoAnswer("the allowances do not add up");
      return this.allowances(null);
    }
  }

  async #whole() {
    const cards = new Set();
    for (let query = `limit=${PAGE}`; ; ) {
      const page = await this.call("GET", `/v1/blacklist?${query}`);
      page.added.forEach((card_no) => cards.add(String(card_no)));
      if (!page.has_more) {
        if (!(await isThatSet(page, cards))) throw new NoAnswer("the blacklist does not add up");
        return { version: page.version, cards };
      }
      query = `limit=${PAGE}&version=${page.version}&after=${page.added.at(-1)}`;
    }
  }
}

async function isThatSet(page, cards) {
  return cards.size === page.count && (await blacklistChecksum(cards)) === page.checksum;
}

function nullIfConflict(problem) {
  if (problem.code === "CONFLICT") return null;
  throw problem;
}

function parsedOr(text, otherwise) {
  try {
    return parse(text);
  } catch {
    return otherwise;
  }
}
