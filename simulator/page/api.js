/** The simulator over HTTP: people, bots, and one chat with its stream of events. */

const POLL_SECONDS = 25;
const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 3000;

/** A request that the simulator refused; `status` is HTTP's, `message` the simulator's words. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function call(path, options = {}) {
  const response = await fetch(path, options);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, body.error || response.statusText);
  return body;
}

function sent(method, body) {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

export const listPeople = () => call("/sim/people");
export const addPerson = (person) => call("/sim/people", sent("POST", person));
export const changePerson = (id, person) => call(`/sim/people/${id}`, sent("PATCH", person));
export const listBots = () => call("/sim/bots");
export const readClock = () => call("/sim/clock");
export const skipTo = (at) => call("/sim/clock", sent("POST", { to: at }));
export const fileUrl = (fileId) => `/sim/files/${encodeURIComponent(fileId)}`;

/** One person's chat with one bot (the first bot, while none is chosen). */
export class ChatApi {
  constructor(personId, botId) {
    this.path = `/sim/chats/${personId}`;
    this.query = botId ? `bot=${botId}` : "";
  }

  /** `text`, `start`, `press` and the other things that a person does. */
  act(action, body = {}) {
    return call(`${this.path}/${action}?${this.query}`, sent("POST", body));
  }

  upload(kind, file, caption) {
    const form = new FormData();
    form.set("kind", kind);
    form.set("caption", caption);
    form.set("file", file);
    return call(`${this.path}/upload?${this.query}`, { method: "POST", body: form });
  }

  /**
   * Keep up with the chat until `signal` aborts: `onState` with the whole chat first and after
   * every gap, `onEvent` with each change, `onTrouble` with the error while nothing comes.
   */
  async follow({ onState, onEvent, onTrouble }, signal) {
    let pause = FIRST_PAUSE;
    while (!signal.aborted) {
      try {
        const state = await call(`${this.path}?${this.query}`, { signal });
        onState(state);
        pause = FIRST_PAUSE;
        await this.#events(state.seq, onEvent, signal);
      } catch (error) {
        if (signal.aborted) return;
        onTrouble(error);
        await new Promise((resume) => setTimeout(resume, pause));
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
    }
  }

  /** Ends when the simulator no longer knows what came after `seq`. */
  async #events(seq, onEvent, signal) {
    for (;;) {
      const address = `${this.path}/events?${this.query}&after=${seq}&timeout=${POLL_SECONDS}`;
      const news = await call(address, { signal });
      if (news.reset) return;
      for (const event of news.events) if (!signal.aborted) onEvent(event);
      seq = news.seq;
    }
  }
}
