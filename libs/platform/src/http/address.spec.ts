import { AddressInUseError, explainListenError, formatAddress, resolveHost } from './address.js';

describe('An address', () => {
  it('has brackets where the host is IPv6', () => {
    expect([formatAddress('127.0.0.1', 80), formatAddress('::1', 80), formatAddress('host', 80)]).toEqual([
      '127.0.0.1:80',
      '[::1]:80',
      'host:80',
    ]);
  });

  it('is found for a name of this machine', async () => {
    expect(['127.0.0.1', '::1']).toContain(await resolveHost('localhost'));
    expect(await resolveHost('0.0.0.0')).toBe('0.0.0.0');
  });

  it('that does not exist is named with its variable', async () => {
    await expect(resolveHost('no-such-host.invalid')).rejects.toMatchObject({
      userMessage: expect.stringMatching(/^HOST no-such-host\.invalid can not be resolved/),
    });
  });
});

describe('A failure to listen', () => {
  const target = { variable: 'GRPC_PORT', host: '127.0.0.1', port: 50051 };

  it('is told in one sentence, from the code or the text', () => {
    const byCode = explainListenError(target, Object.assign(new Error('x'), { code: 'EADDRINUSE' }));
    const byText = explainListenError(
      target,
      new Error('No address added out of total 1 resolved errors: [listen EADDRINUSE: ...]'),
    );
    expect(byCode).toBeInstanceOf(AddressInUseError);
    expect(byText.message).toBe(
      'GRPC_PORT 50051 on 127.0.0.1 is taken: stop the other program or set GRPC_PORT to another port (0 picks a free one).',
    );
    const mayBeOff = explainListenError({ ...target, canBeOff: true }, new Error('listen EADDRINUSE'));
    expect(mayBeOff.message).toContain('(0 picks a free one, off does without)');
    expect(explainListenError(target, new Error('listen EACCES')).message).toContain('above 1023');
    expect(explainListenError(target, new Error('listen EADDRNOTAVAIL')).message).toContain('not an address of this machine');
  });

  it('of another kind stays as it is', () => {
    const other = new Error('else');
    expect(explainListenError(target, other)).toBe(other);
  });
});
