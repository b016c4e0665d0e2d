/**
 * Gives the number of rounds of a crash test: all of them in `npm run test:crash`, a few in `npm test`.
 *
 * @param cut In `npm test`.
 * @param full In `npm run test:crash`, which sets SWEATSHOP_CRASH to `full`.
 */
export function rounds(cut: number, full: number): number {
  return process.env['SWEATSHOP_CRASH'] === 'full' ? full : cut;
}
