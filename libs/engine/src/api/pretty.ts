import { isStream, type ApiRequest, type ApiResponse } from './api-request.js';

/** Programs in front of which somebody sits and reads (apiserver responsewriters isPrettyPrint). */
const READERS = /^(curl|Wget|Mozilla\/5\.0)/;
/** Longer answers stay as they are: nobody reads them, and they would be parsed again for it. */
const LONGEST_PRETTY = 4 * 1024 * 1024;

/** The answer with its JSON indented, when the client asks for that or is one that people look at. */
export function prettyFor(request: ApiRequest, response: ApiResponse): ApiResponse {
  if (isStream(response) || response.headers['content-type'] !== 'application/json') return response;
  const asked = request.query.get('pretty');
  const wanted =
    asked === null ? READERS.test(request.header('user-agent') ?? '') : /^(true|1|t)?$/i.test(asked);
  if (!wanted || response.body.length > LONGEST_PRETTY) return response;
  const text =
    typeof response.body === 'string' ? response.body : Buffer.from(response.body).toString('utf8');
  if (text === '') return response;
  return { ...response, body: `${JSON.stringify(JSON.parse(text), undefined, 2)}\n` };
}
