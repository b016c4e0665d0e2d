export type Confirmation = {
  readonly title: string;
  readonly body: string;
  readonly confirmLabel: string;
  readonly isDestructive: boolean;
};

export type TextRequest = {
  readonly title: string;
  readonly body: string;
  readonly label: string;
  readonly confirmLabel: string;
  readonly isLong: boolean;
  readonly initial: string;
  readonly isDestructive: boolean;
};

type Open =
  | {
      readonly kind: 'confirm';
      readonly request: Confirmation;
      readonly answer: (isConfirmed: boolean) => void;
    }
  | {
      readonly kind: 'text';
      readonly request: TextRequest;
      readonly answer: (text: string | null) => void;
    };

/** The questions that hold everything else up until they are answered, one at a time. */
export class Dialogs {
  #open = $state.raw<Open | null>(null);

  get open(): Open | null {
    return this.#open;
  }

  /** @returns Whether the person agreed. */
  confirm(request: Confirmation): Promise<boolean> {
    this.cancel();
    return new Promise((resolve) => {
      this.#open = {
        kind: 'confirm',
        request,
        answer: (isConfirmed) => {
          this.#open = null;
          resolve(isConfirmed);
        },
      };
    });
  }

  /** @returns What the person wrote, trimmed and not empty, or null when they thought better of it. */
  askText(
    request: Pick<TextRequest, 'title' | 'label' | 'confirmLabel'> & Partial<TextRequest>,
  ): Promise<string | null> {
    this.cancel();
    return new Promise((resolve) => {
      this.#open = {
        kind: 'text',
        request: { body: '', isLong: false, initial: '', isDestructive: false, ...request },
        answer: (text) => {
          this.#open = null;
          const trimmed = text?.trim() ?? '';
          resolve(trimmed === '' ? null : trimmed);
        },
      };
    });
  }

  /** Answers what is open with no. */
  cancel(): void {
    if (this.#open?.kind === 'confirm') this.#open.answer(false);
    else this.#open?.answer(null);
  }
}
