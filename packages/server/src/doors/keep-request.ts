/**
 * What a request says, in little memory: a line is asked about again for as long as it lasts, which may be days, and a request
 * weighs more than all else that is kept for it. Returns what makes it anew.
 */
export function keepRequest(request: Request): () => Request {
  const { url, method } = request
  const headers = JSON.stringify([...request.headers])
  return () => new Request(url, { method, headers: JSON.parse(headers) as [string, string][] })
}
