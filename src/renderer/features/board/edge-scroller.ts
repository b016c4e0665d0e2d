const EDGE_PX = 56;
const FASTEST_PX_PER_FRAME = 18;

/** Scrolls what the pointer is dragged to the edge of, faster the nearer it comes. */
export class EdgeScroller {
  #frame = 0;
  #step: (() => void) | null = null;

  /**
   * Tells where the pointer is now.
   *
   * @param areas What scrolls up and down, and what scrolls sideways.
   */
  follow(
    clientX: number,
    clientY: number,
    areas: { readonly down: HTMLElement | null; readonly across: HTMLElement },
  ): void {
    const across = areas.across.getBoundingClientRect();
    const down = areas.down?.getBoundingClientRect();
    const byX = speed(clientX, across.left, across.right);
    const byY = down === undefined ? 0 : speed(clientY, down.top, down.bottom);
    if (byX === 0 && byY === 0) {
      this.stop();
      return;
    }
    this.#step = () => {
      areas.across.scrollLeft += byX;
      if (areas.down !== null) areas.down.scrollTop += byY;
    };
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.#run);
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#step = null;
  }

  readonly #run = (): void => {
    this.#step?.();
    this.#frame = requestAnimationFrame(this.#run);
  };
}

function speed(at: number, start: number, end: number): number {
  if (at < start || at > end) return 0;
  if (at < start + EDGE_PX) return -FASTEST_PX_PER_FRAME * (1 - (at - start) / EDGE_PX);
  if (at > end - EDGE_PX) return FASTEST_PX_PER_FRAME * (1 - (end - at) / EDGE_PX);
  return 0;
}
