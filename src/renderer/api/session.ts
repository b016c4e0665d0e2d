const TOKEN_IN_HASH = /^#token=([^&]+)$/;

/**
 * Exchanges the token of the address, if it has one, for a session cookie, and takes it out of the address.
 *
 * A wrong token is no error here: the browser may have a good cookie from before, and the WebSocket tells.
 *
 * @throws TypeError when the host cannot be reached; the token is then still there for the next try.
 */
export async function exchangeToken(): Promise<void> {
  const token = TOKEN_IN_HASH.exec(location.hash)?.[1];
  if (token === undefined) return;
  await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: decodeURIComponent(token) }),
  });
  // A token that stays in the address would end up in bookmarks and screenshots.
  history.replaceState(null, '', location.pathname + location.search);
}

/** Tells whether the host answers at all, session or not. */
export async function isHostAlive(): Promise<boolean> {
  try {
    return (await fetch('/health')).ok;
  } catch {
    return false;
  }
}
