throw new Error(
  'Nothing that a test imports may import electron: run the built main process under test/support/electron-stand-in.',
);
