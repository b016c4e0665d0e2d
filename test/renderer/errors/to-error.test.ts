import { expect, it } from 'vitest';
import { fieldErrors, toError } from '../../../src/renderer/errors/to-error.ts';
import { invalidInput, SweatShopError, toWireError } from '../../../src/shared/errors.ts';

it('gives an error its class back that crossed the preload bridge as plain data', () => {
  const error = toError({
    name: 'SweatShopError',
    ...toWireError(new SweatShopError('Busy', 'wait')),
  });
  expect(error).toBeInstanceOf(SweatShopError);
  expect(error).toMatchObject({ code: 'Busy', message: 'wait' });
});

it('makes anything else that is thrown Internal', () => {
  expect(toError(new TypeError('odd'))).toMatchObject({ code: 'Internal', message: 'odd' });
  expect(toError(undefined).code).toBe('Internal');
});

it('names fields without the argument they stand in, and a whole list by its field', () => {
  const error = invalidInput(
    { path: 'data.title', message: 'must not be empty' },
    { path: 'patch.labels.0', message: 'must be one line.' },
    { path: 'patch.labels.1', message: 'is a second trouble' },
    { path: 'id', message: 'must not be empty' },
  );
  expect(fieldErrors(error)).toEqual({
    title: 'Must not be empty.',
    labels: 'Must be one line.',
    id: 'Must not be empty.',
  });
});

it('finds no fields in an error of another code', () => {
  expect(fieldErrors(new SweatShopError('Conflict', 'x', { issues: [{ path: 'a' }] }))).toEqual({});
});

it('puts an alias or id that is taken at its field', () => {
  const error = new SweatShopError('Conflict', 'The alias is taken', { field: 'alias' });
  expect(fieldErrors(error)).toEqual({ alias: 'The alias is taken.' });
});
