import { AZURE } from '../../../../lib/token-refresher/azure/acr-tokens';
import { GOOGLE } from '../../../../lib/token-refresher/google/google-tokens';
import { runCurlScript } from './curl-script-runner';

const HOST = 'example.azurecr.io';

const REACH = 'let the pod reach ';
const CA = 'give the pod the CA of the proxy with caConfigMap';
const CLOCK = 'set the clock of the node, or renew the certificate of the proxy';
const ANSWER = 'check that no proxy answers in place of ';

// The texts that curl 7.88 wrote when a server broke the connection at each step, and others of its sources.
const ERRORS: [error: string, todo: string][] = [
  ['curl: (7) Failed to connect to localhost port 443 after 0 ms: Could not connect to server', REACH],
  ['curl: (18) transfer closed with 96 bytes remaining to read', REACH],
  ['curl: (28) Connection timed out after 10001 milliseconds', REACH],
  ['curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to localhost:443', REACH],
  ['curl: (35) OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number', REACH],
  ['curl: (35) Recv failure: Connection reset by peer', REACH],
  ['curl: (52) Empty reply from server', REACH],
  ['curl: (55) Send failure: Broken pipe', REACH],
  ['curl: (55) getpeername() failed with errno 107: Transport endpoint is not connected', REACH],
  ['curl: (56) OpenSSL SSL_read: SSL_ERROR_SYSCALL, errno 104', REACH],
  ['curl: (56) OpenSSL SSL_read: error:0A000126:SSL routines::unexpected eof while reading, errno 0', REACH],
  ['curl: (56) Recv failure: Connection reset by peer', REACH],
  ['curl: (56) CONNECT tunnel failed, response 503', REACH],
  ['curl: (5) Could not resolve proxy: proxy.corp', REACH],
  ['curl: (60) SSL certificate problem: unable to get local issuer certificate', CA],
  ['curl: (60) SSL: no alternative certificate subject name matches target host name', CA],
  ['curl: (77) error setting certificate file: /ca/ca.crt', CA],
  ['curl: (60) SSL certificate problem: certificate has expired', CLOCK],
  ['curl: (60) SSL certificate problem: certificate is not yet valid', CLOCK],
  ['curl: (1) Received HTTP/0.9 when not allowed', ANSWER],
  ['curl: (63) Maximum file size exceeded', ANSWER],
];

test.each([
  { cloud: GOOGLE, env: { IDENTITY: 'workload-identity', GOOGLE_PROVIDER: 'projects/1/x' } },
  { cloud: AZURE, env: { IDENTITY: 'workload-identity', AZURE_LOGIN: 'login.example', AZURE_SCOPES: 'x' } },
])('each error of curl has its own advice: cloud %#', ({ cloud, env }) => {
  const lines = ERRORS.map(([error]) => {
    const answers = [{ error, exit: Number(/\d+/.exec(error)) }];
    const { lastLine } = runCurlScript({
      cloud,
      answers: [...answers, ...answers],
      env: { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c', REQUESTS: `${HOST}=${HOST}`, ...env },
    });
    return [error, / To do: (.*?)(?:googleapis|Entra|Google\b|Azure\b|\. To refresh)/.exec(lastLine)?.[1]];
  });
  expect(lines).toEqual(ERRORS);
});
