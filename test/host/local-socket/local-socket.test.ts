import fs from 'node:fs';
import path from 'node:path';
import { expect, describe, it, onTestFinished } from 'vitest';
import { socketPlaces } from '../../../src/host/local-socket/address.ts';
import {
  connectToOwner,
  type OwnerConnection,
} from '../../../src/host/local-socket/owner-connection.ts';
import type { Home } from '../../../src/host/open-home.ts';
import { createApi } from '../../../src/shared/api.ts';
import type { Envelope } from '../../../src/shared/transport.ts';
import { startOwner, type HomeOwner, type HomeOwnerOptions } from '../../support/home-owner.ts';
import { LocalPeer, nonceOf } from '../../support/local-peer.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** As {@link startOwner}, in a folder of its own. */
function startAnyOwner(options?: HomeOwnerOptions): Promise<HomeOwner> {
  return startOwner(path.join(temporaryFolder(), 'home'), options);
}

async function connect(folder: string): Promise<OwnerConnection> {
  const connection = await connectToOwner(folder, 2_000);
  if (!connection) throw new Error('Nobody was there.');
  onTestFinished(() => {
    connection.close();
  });
  return connection;
}

const hello = (home: Home) => ({ nonce: nonceOf(home.path), events: false });

describe.skipIf(process.platform === 'win32')('the socket', () => {
  it('lies in the home, for its owner only, and is gone with it', async () => {
    const { home, address, close } = await startAnyOwner();
    expect(address).toBe(path.join(fs.realpathSync(home.path), 'sweatshop.sock'));
    expect(fs.statSync(address).mode & 0o777).toBe(0o600);
    expect(fs.statSync(home.path).mode & 0o777).toBe(0o700);
    await close();
    expect(fs.existsSync(address)).toBe(false);
  });

  it('takes the place of one that a killed owner left', async () => {
    const folder = path.join(temporaryFolder(), 'home');
    const { address, close } = await startOwner(folder);
    const kept = `${address}.kept`;
    fs.linkSync(address, kept);
    await close();
    fs.renameSync(kept, address);
    expect(await connectToOwner(folder, 500)).toBeNull();
    const again = await startOwner(folder);
    expect(again.address).toBe(address);
    expect((await connect(folder)).version).toBe('1.2.3');
  });

  it('leaves alone what is not a socket, and lies elsewhere then', async () => {
    const folder = path.join(temporaryFolder(), 'home');
    const first = await startOwner(folder);
    await first.close();
    fs.writeFileSync(path.join(folder, 'sweatshop.sock'), 'mine');
    const { address } = await startOwner(folder);
    expect(path.dirname(address)).toBe(`/tmp/sweatshop-${String(process.getuid?.())}`);
    expect(fs.readFileSync(path.join(folder, 'sweatshop.sock'), 'utf8')).toBe('mine');
    expect((await connect(folder)).version).toBe('1.2.3');
  });

  it('of a path that is too long for the system lies in a folder of the user alone', async () => {
    const folder = path.join(temporaryFolder(), 'x'.repeat(100), 'y'.repeat(100), 'home');
    fs.mkdirSync(path.dirname(folder), { recursive: true });
    const { address, close } = await startOwner(folder);
    expect(Buffer.byteLength(address)).toBeLessThanOrEqual(103);
    const { mode, uid } = fs.lstatSync(path.dirname(address));
    expect({ mode: mode & 0o777, uid }).toEqual({ mode: 0o700, uid: process.getuid?.() });
    const api = createApi(await connect(folder));
    expect(await api.tickets.count()).toBe(0);
    await close();
    expect(fs.existsSync(address)).toBe(false);
  });

  it('is not where others could have put it', async () => {
    const folder = path.join(temporaryFolder(), 'x'.repeat(120), 'home');
    fs.mkdirSync(path.dirname(folder), { recursive: true });
    const { address } = await startOwner(folder);
    const common = path.dirname(address);
    onTestFinished(() => {
      fs.chmodSync(common, 0o700);
    });
    fs.chmodSync(common, 0o755);
    expect(await connectToOwner(folder, 500)).toBeNull();
    fs.chmodSync(common, 0o700);
    expect(await connectToOwner(folder, 500)).not.toBeNull();
  });
});

it('names a pipe of Windows by what only the user of the home knows', () => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform');
  Object.defineProperty(process, 'platform', { value: 'win32' });
  onTestFinished(() => {
    Object.defineProperty(process, 'platform', platform ?? {});
  });
  const [one] = socketPlaces('C:\\Users\\ada', 'a');
  const [other] = socketPlaces('C:\\Users\\ada', 'b');
  expect(one?.address).toMatch(/^\\\\\.\\pipe\\sweatshop-[0-9a-f]{32}$/);
  expect(other?.address).not.toBe(one?.address);
});

describe('a stranger', () => {
  it.each([
    ['a wrong nonce', { nonce: 'x', events: false }],
    ['no nonce', { events: false }],
    ['nothing that makes sense', 'GET / HTTP/1.1'],
    ['a call', { id: 1, channel: 'ticket:list', args: [] }],
    ['a first line without an end', 'x'.repeat(5_000)],
  ])('with %s is hung up on without a word', async (_what, line) => {
    const { address } = await startAnyOwner();
    const peer = new LocalPeer(address).say(line, { id: 1, channel: 'ticket:count', args: [] });
    await peer.closed;
    expect(peer.lines).toEqual([]);
  });

  it('who says nothing is not waited for', async () => {
    const { address } = await startAnyOwner();
    const startedMs = performance.now();
    await new LocalPeer(address).closed;
    expect(performance.now() - startedMs).toBeLessThan(4_000);
  });
});

describe('a connection', () => {
  it('reaches the owner of its own home when there are two', async () => {
    const [one, other] = [await startAnyOwner(), await startAnyOwner()];
    const [apiOfOne, apiOfOther] = [
      createApi(await connect(one.home.path)),
      createApi(await connect(other.home.path)),
    ];
    await apiOfOne.tickets.create({ title: 'x' });
    expect(await apiOfOne.tickets.count()).toBe(1);
    expect(await apiOfOther.tickets.count()).toBe(0);
    const status = await apiOfOther.db.status();
    expect(status.path).toBe(path.join(fs.realpathSync(other.home.path), 'sweatshop.db'));
  });

  it('is nobody where no process has the home open', async () => {
    expect(await connectToOwner(path.join(temporaryFolder(), 'missing'), 500)).toBeNull();
    const { home, close } = await startAnyOwner();
    await close();
    expect(await connectToOwner(home.path, 500)).toBeNull();
  });

  it.each([
    ['text that is not JSON', '{', -1],
    ['JSON that is not an object', '[1]', -1],
    ['a bad id', { id: -5, channel: 'ticket:list', args: [] }, -1],
    ['no arguments', { id: 7, channel: 'ticket:list' }, 7],
    ['a channel that is not text', { id: 7, channel: {}, args: [] }, 7],
  ])('answers %s with InvalidInput, and serves the next one', async (_what, line, id) => {
    const { home, address } = await startAnyOwner();
    const peer = new LocalPeer(address).say(hello(home), line, {
      ...{ id: 8, channel: 'ticket:count', args: [] },
    });
    await expect.poll(() => peer.lines).toHaveLength(3);
    expect(peer.lines).toMatchObject([
      { hello: true, version: '1.2.3' },
      { id, ok: false, error: { code: 'InvalidInput' } },
      { id: 8, ok: true, value: 0 },
    ]);
  });

  it('that sends too long a line is told so and ended, and no other is', async () => {
    const { home, address } = await startAnyOwner({ limits: { messageBytes: 2_000 } });
    const api = createApi(await connect(home.path));
    const peer = new LocalPeer(address).say(hello(home), 'x'.repeat(3_000_000));
    await peer.closed;
    expect(peer.lines).toMatchObject([
      { hello: true },
      { id: -1, ok: false, error: { code: 'InvalidInput' } },
    ]);
    expect(await api.tickets.count()).toBe(0);
  });

  it('takes the largest ticket there can be, and refuses to send what is larger than a message', async () => {
    const { home } = await startAnyOwner();
    const connection = await connect(home.path);
    const api = createApi(connection);
    // A control character takes six bytes in JSON, the most there is.
    const long = '\u0001'.repeat(1_000_000);
    const created = await api.tickets.create({
      ...{ title: 'x', description: long, acceptanceCriteria: long },
    });
    expect(created.description).toHaveLength(1_000_000);
    const tooLong = await connection.invoke('ticket:create', ['x'.repeat(17 * 1024 * 1024)]);
    expect(tooLong).toMatchObject({ ok: false, error: { code: 'LimitReached' } });
    expect(await api.tickets.count()).toBe(1);
  });

  it('has no more calls under way than allowed, and gets an answer to each', async () => {
    let running = 0;
    let most = 0;
    const call = async (): Promise<Envelope> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return { ok: true, value: null };
    };
    const { home } = await startAnyOwner({ limits: { pendingCalls: 4 }, call });
    const connection = await connect(home.path);
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => connection.invoke('any', [])),
    );
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(most).toBe(4);
  });

  it('that does not read is read from no more, and served when it reads again', async () => {
    const answer = 'x'.repeat(100_000);
    let calls = 0;
    const call = (): Promise<Envelope> => {
      calls += 1;
      return Promise.resolve({ ok: true, value: answer });
    };
    const limits = { unsentBytesToPause: 500_000, pendingCalls: 2 };
    const { home, address } = await startAnyOwner({ limits, call });
    const peer = new LocalPeer(address).say(hello(home));
    await expect.poll(() => peer.lines).toHaveLength(1);
    peer.socket.pause();
    for (let id = 1; id <= 200; id++) peer.say({ id, channel: 'any', args: [] });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(calls).toBeLessThan(50);
    peer.socket.resume();
    await expect.poll(() => peer.lines.length).toBe(201);
    expect(calls).toBe(200);
  });

  it('that does not read its events is given up, and no other', async () => {
    const { home, address } = await startAnyOwner({ limits: { unsentBytesToDrop: 1_000_000 } });
    const api = createApi(await connect(home.path));
    const agent = await api.agents.create();
    const peer = new LocalPeer(address).say({ ...hello(home), events: true });
    await expect.poll(() => peer.lines).toHaveLength(1);
    peer.socket.pause();
    for (let count = 0; count < 20; count++) {
      await api.agents.writeTerminal(agent.id, 'x'.repeat(900_000));
    }
    peer.socket.resume();
    await peer.closed;
    expect(await api.agents.list()).toHaveLength(1);
  });

  it('hears of what others change', async () => {
    const { home } = await startAnyOwner();
    const [one, other] = [createApi(await connect(home.path)), createApi(await connect(home.path))];
    const heard = new Promise((resolve) => other.db.onChanged(resolve));
    const { id } = await one.tickets.create({ title: 'x' });
    expect(await heard).toMatchObject({ tables: { tickets: [id] } });
  });
});

describe('closing', () => {
  it('answers what is under way, takes no more, and then hangs up', async () => {
    let answer: (envelope: Envelope) => void = () => undefined;
    const call = () => new Promise<Envelope>((resolve) => (answer = resolve));
    const { home, close } = await startAnyOwner({ call });
    const connection = await connect(home.path);
    const underWay = connection.invoke('any', []);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = close();
    const late = connection.invoke('any', []);
    expect(await late).toMatchObject({ ok: false, error: { code: 'Unavailable' } });
    answer({ ok: true, value: 'done' });
    expect(await underWay).toEqual({ ok: true, value: 'done' });
    await closed;
    await expect(connection.invoke('any', [])).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('does not wait for a call that never ends, and says that its end is not known', async () => {
    const call = () => new Promise<Envelope>(() => undefined);
    const { home, close } = await startAnyOwner({ call });
    const connection = await connect(home.path);
    const rejected = expect(connection.invoke('any', [])).rejects.toMatchObject({
      code: 'Unavailable',
      message: expect.stringContaining('not known whether') as string,
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const startedMs = performance.now();
    await close();
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    await rejected;
  });
});
