import { type Answer, hear, QUESTION, type Question, say } from "../said.ts";

export type Offer = Readonly<Record<string, (...args: never[]) => unknown>>;

async function answerOf(asked: Offer, { what, args }: Question): Promise<Answer> {
  try {
    const f = asked[what] as ((...args: readonly unknown[]) => unknown) | undefined;
    if (f === undefined) throw new TypeError(`this page has no answer to "${what}"`);
    return { value: await f(...args) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Lets a test ask this page by writing into a field of it. A test that evaluates code in the page instead switches
 * code from text on meanwhile, whatever the page's content policy says: so DevTools are made.
 */
export function offer(asked: Offer): void {
  const field = Object.assign(document.createElement("textarea"), { id: QUESTION.slice(1) });
  field.addEventListener("input", () => {
    const question = hear(field.value) as Question;
    // A turn of its own: nobody else's call is under way then.
    setTimeout(async () => {
      const output = document.createElement("output");
      output.hidden = true;
      output.dataset.question = String(question.id);
      output.textContent = say(await answerOf(asked, question));
      document.body.append(output);
    });
  });
  document.body.append(field);
}
