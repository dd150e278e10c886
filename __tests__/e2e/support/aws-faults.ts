/** Replaces or changes an answer of AWS. */
export type AwsFault =
  | { readonly kind: 'hang' }
  /** The connection breaks. */
  | { readonly kind: 'reset' }
  /** A refusal of AWS: the code and the message of the error. */
  | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly message: string }
  /** Something other than AWS answers. */
  | { readonly kind: 'answer'; readonly status: number; readonly type: string; readonly body: string }
  | { readonly kind: 'alter'; readonly change: (body: string) => string };

const error = (status: number, code: string, message: string): AwsFault => ({ kind: 'error', status, code, message });
const alter = (change: (body: string) => string): AwsFault => ({ kind: 'alter', change });

/** Another token in the answer of `GetAuthorizationToken`. `plain` is the decoded token. */
const token = (plain: string): AwsFault => rawToken(Buffer.from(plain).toString('base64'));
const rawToken = (text: string): AwsFault =>
  alter((body) => {
    const answer = JSON.parse(body) as { authorizationData: { authorizationToken: string }[] };
    answer.authorizationData.forEach((data) => (data.authorizationToken = text));
    return JSON.stringify(answer);
  });

export const awsFaults = {
  hang: { kind: 'hang' } as AwsFault,
  reset: { kind: 'reset' } as AwsFault,
  accessDenied: error(
    400,
    'AccessDeniedException',
    'User: arn:aws:sts::123456789012:assumed-role/e2e/session is not authorized to perform this action ' +
      'because no identity-based policy allows it',
  ),
  throttled: error(400, 'ThrottlingException', 'Rate exceeded'),
  expiredCredentials: error(400, 'ExpiredTokenException', 'The security token included in the request is expired'),
  serverError: error(500, 'ServerException', 'These errors are usually caused by a server-side issue.'),
  /** Status 200 and an empty body. */
  empty: alter(() => ''),
  emptyObject: alter(() => '{}'),
  noData: alter(() => '{"authorizationData": []}'),
  truncated: alter((body) => body.slice(0, body.length / 2)),
  /** A proxy's page, served with status 200. */
  html: {
    kind: 'answer',
    status: 200,
    type: 'text/html',
    body: '<html><head><title>Sign in</title></head><body>Please sign in to the proxy</body></html>',
  } as AwsFault,
  htmlGatewayError: {
    kind: 'answer',
    status: 502,
    type: 'text/html',
    body: '<html><body><h1>502 Bad Gateway</h1></body></html>',
  } as AwsFault,
  undecodableToken: rawToken('%%% this is not base64 %%%'),
  emptyToken: rawToken(''),
  tokenWithoutPassword: token('AWS:'),
  tokenOfAnotherUser: token('root:secret'),
  token,
  rawToken,
  error,
  alter,
};
