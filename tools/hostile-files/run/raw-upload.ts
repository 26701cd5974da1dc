import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';

export interface RawAnswer {
  status: number;
  /** Of the document, or the problem. */
  body: { document_id?: string; reason?: string };
}

const boundary = 'boundary-of-hostile-files';

/** Uploads a file under a name that goes into the form as it is, which no well-behaved client would do. */
export async function uploadRaw(gateway: URL, token: string, filename: string, content: Buffer): Promise<RawAnswer> {
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${filename}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const call = request(new URL('/api/upload', gateway), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + content.length + tail.length,
    },
  });
  // A server that refuses may answer and hang up before it has everything: then the answer counts, and not the pipe.
  call.on('error', () => undefined);
  for (const part of [head, content, tail]) call.write(part);
  call.end();
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: (await json(response)) as RawAnswer['body'] };
}
