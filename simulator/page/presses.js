/**
 * Presses of inline buttons on their way: from the tap until the bot answers the callback.
 *
 * Telegram shows a spinner for as long as the bot leaves a press unanswered. Here it becomes a
 * mark after a while, so that a forgotten answerCallbackQuery is seen.
 */

export const PATIENCE = 15_000;

export class Presses {
  /** `onChange(messageId)` when a button of the message looks different. */
  constructor(onChange) {
    this.onChange = onChange;
    this.states = new Map(); // "message:data" → "pending" | "unanswered"
    this.waiting = new Map(); // callback id → { key, messageId, timer }
    this.early = new Map(); // answers that overtook the response to their own press
    this.underWay = 0;
  }

  stateOf(messageId, data) {
    return this.states.get(`${messageId}:${data}`);
  }

  /**
   * Press once, by `send()` → `{callback_id}`; a second tap while the first is on its way is
   * ignored, as Telegram's programs do. Returns an answer that has come already, else null.
   */
  async begin(messageId, data, send) {
    const key = `${messageId}:${data}`;
    if (this.states.get(key) === "pending") return null;
    this.#set(key, messageId, "pending");
    this.underWay += 1;
    try {
      const { callback_id: id } = await send();
      const timer = setTimeout(() => this.#set(key, messageId, "unanswered"), PATIENCE);
      this.waiting.set(id, { key, messageId, timer });
      const answer = this.early.get(id);
      return answer && this.settle(answer) ? answer : null;
    } catch (error) {
      this.#set(key, messageId, undefined);
      throw error;
    } finally {
      this.underWay -= 1;
      if (!this.underWay) this.early.clear();
    }
  }

  /** True if the answer belongs to a press made on this page. */
  settle(answer) {
    const press = this.waiting.get(answer.callback_id);
    if (!press) {
      if (this.underWay) this.early.set(answer.callback_id, answer);
      return false;
    }
    clearTimeout(press.timer);
    this.waiting.delete(answer.callback_id);
    this.#set(press.key, press.messageId, undefined);
    return true;
  }

  #set(key, messageId, state) {
    if (state) this.states.set(key, state);
    else this.states.delete(key);
    this.onChange(messageId);
  }
}
