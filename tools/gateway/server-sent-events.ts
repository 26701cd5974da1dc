export interface ServerSentEvent {
  id: string;
  name: string;
  data: unknown;
}

/** Reads Server-Sent Events; see https://html.spec.whatwg.org/multipage/server-sent-events.html. */
export async function* eventsOf({ body }: Response): AsyncGenerator<ServerSentEvent> {
  if (!body) return;
  let buffered = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = (buffered + chunk).split('\n\n');
    buffered = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => line.split(/: ?(.*)/s).slice(0, 2) as [string, string]));
      const data = fields.get('data');
      if (data === undefined) continue;
      yield { id: fields.get('id') ?? '0', name: fields.get('event') ?? 'message', data: JSON.parse(data) };
    }
  }
}
