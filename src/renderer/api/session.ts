const TOKEN_IN_HASH = /^#token=([^&]+)$/;

const KEY_NAME = 'sweatshop-key';

/**
 * Exchanges the token of the address, if it has one, for a session, and takes it out of the address.
 *
 * A session is a cookie and a key. The browser shows the cookie to every port of this machine; the key stays with the
 * address and port of this page. A wrong token is no error here: there may be a good session from before, and the
 * WebSocket tells.
 *
 * @returns The subprotocols by which the WebSocket shows the key; none when there is no key.
 * @throws TypeError when the host cannot be reached; the token is then still there for the next try.
 */
export async function openSession(): Promise<string[]> {
  const token = TOKEN_IN_HASH.exec(location.hash)?.[1];
  if (token !== undefined) {
    const response = await fetch('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: decodeURIComponent(token) }),
    });
    if (response.ok) {
      const { key } = (await response.json()) as { key: string };
      localStorage.setItem(KEY_NAME, key);
    }
    // A token that stays in the address would end up in bookmarks and screenshots.
    history.replaceState(null, '', location.pathname + location.search);
  }
  const key = localStorage.getItem(KEY_NAME);
  return key === null ? [] : [`sweatshop.${key}`];
}

/** Tells whether the host answers at all, session or not. */
export async function isHostAlive(): Promise<boolean> {
  try {
    return (await fetch('/health')).ok;
  } catch {
    return false;
  }
}
