/** `refused`: the host answers, but does not know this browser; only a fresh address helps. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused';
