import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { dockerConfigJson } from '../../lib/push-secret/docker-config';
import { Clients, failure, PUSHERS, REFUSED } from './support/clients';
import { Clouds } from './support/clouds';
import { AZURE_HOST, CLIENT, GCR_HOST, GOOGLE_HOST, PROVIDER, TENANT } from './support/google-and-azure';

// The stand-ins refuse what the real clouds refuse. Otherwise the tests that use them would prove nothing.

jest.setTimeout(120_000);

const EMAIL = 'pusher@acme-ml.iam.gserviceaccount.com';
const SUBJECT = 'system:serviceaccount:hub:refresher';
const GOOGLE_AUDIENCE = `https://iam.googleapis.com/${PROVIDER}`;
const AZURE_AUDIENCE = 'api://AzureADTokenExchange';
const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

let clouds: Clouds;
let clients: Clients;

beforeAll(async () => {
  clouds = await Clouds.start();
  await clouds.cluster.plane.createNamespace('hub');
  for (const name of ['refresher', 'stranger']) {
    await clouds.cluster.plane.api.post('/api/v1/namespaces/hub/serviceaccounts', { metadata: { name } });
  }
  clouds.google.impersonators.set(SUBJECT, EMAIL);
  clouds.google.writers.add(EMAIL);
  clouds.azure.federated.add(SUBJECT);
  clients = await Clients.open(clouds.hosts);
});

afterAll(async () => {
  clients?.close();
  await clouds?.stop();
});

afterEach(() => {
  clouds.google.skew = 0;
  clouds.azure.skew = 0;
  clouds.azure.accepted = ['https://containerregistry.azure.net', 'https://management.azure.com'];
});

type Form = Record<string, string>;
type Members = Record<string, string>;

interface Asked {
  readonly status: number;
  readonly members: Members;
}

function ask(address: string, headers: Record<string, string>, body?: string): Promise<Asked> {
  const url = new URL(address);
  const options = {
    host: clouds.hosts.address,
    path: url.pathname + url.search,
    agent: false,
    method: body === undefined ? 'GET' : 'POST',
  };
  const tls = { servername: url.host, ca: readFileSync(clouds.hosts.tls.caFile) };
  const all = { ...options, headers: { ...headers, host: url.host } };
  return new Promise((resolve, reject) => {
    const sent = url.protocol === 'https:' ? httpsRequest({ ...all, ...tls }) : httpRequest(all);
    sent.once('error', reject).once('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.once('end', () => {
        resolve({ status: answer.statusCode ?? 0, members: (text.startsWith('{') ? JSON.parse(text) : {}) as Members });
      });
    });
    sent.end(body);
  });
}

const post = (url: string, form: Form, headers: Record<string, string> = {}): Promise<Asked> =>
  ask(url, { 'content-type': 'application/x-www-form-urlencoded', ...headers }, new URLSearchParams(form).toString());

const podToken = async (audience: string, account = 'refresher'): Promise<string> =>
  (await clouds.cluster.plane.kubectl(['create', 'token', account, '-n', 'hub', `--audience=${audience}`])).trim();

/** Changes a character in the middle of the signature. */
const forged = (token: string): string => {
  const at = token.length - 100;
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
};

const exchangeForm = async (token?: string): Promise<Form> => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  audience: `//iam.googleapis.com/${PROVIDER}`,
  scope: CLOUD_PLATFORM,
  requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  subject_token: token ?? (await podToken(GOOGLE_AUDIENCE)),
});
const exchange = (form: Form, headers?: Record<string, string>): Promise<Asked> =>
  post('https://sts.googleapis.com/v1/token', form, headers);

const impersonate = (
  token: string,
  body: object = { scope: [CLOUD_PLATFORM], lifetime: '3600s' },
  email = EMAIL,
): Promise<Asked> =>
  ask(
    `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${email}:generateAccessToken`,
    { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    JSON.stringify(body),
  );

const entraForm = async (token?: string): Promise<Form> => ({
  client_id: CLIENT,
  grant_type: 'client_credentials',
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: token ?? (await podToken(AZURE_AUDIENCE)),
  scope: 'https://containerregistry.azure.net/.default',
});
const entra = (form: Form, tenant = TENANT): Promise<Asked> =>
  post(`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`, form);
const acrForm = (token: string): Form => ({
  grant_type: 'access_token',
  service: AZURE_HOST,
  tenant: TENANT,
  access_token: token,
});
const acr = (form: Form): Promise<Asked> => post(`https://${AZURE_HOST}/oauth2/exchange`, form);

async function googleToken(): Promise<string> {
  const federated = await exchange(await exchangeForm());
  return (await impersonate(federated.members.access_token)).members.accessToken;
}

async function azureToken(): Promise<string> {
  const { members } = await entra(await entraForm());
  return (await acr(acrForm(members.access_token))).members.refresh_token;
}

describe('Google STS', () => {
  test('exchanges the pod token', async () => {
    const { status, members } = await exchange(await exchangeForm());

    expect(status).toBe(200);
    expect(members).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number) as number });
    expect(Number(members.expires_in)).toBeLessThanOrEqual(3600);
  });

  test.each<[string, string, Form | (() => Promise<Form>)]>([
    ['another grant type', 'invalid_request', { grant_type: 'client_credentials' }],
    ['another scope', 'invalid_request', { scope: 'https://www.googleapis.com/auth/devstorage.read_write' }],
    ['another token type', 'invalid_request', { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }],
    ['the provider without its host', 'invalid_target', { audience: PROVIDER }],
    ['a token that is not a JWT', 'invalid_grant', { subject_token: 'abc' }],
    ['an audience of another cloud', 'invalid_grant', async () => ({ subject_token: await podToken(AZURE_AUDIENCE) })],
    [
      'a signature of nobody',
      'invalid_grant',
      async () => ({ subject_token: forged(await podToken(GOOGLE_AUDIENCE)) }),
    ],
  ])('refuses %s', async (_what, error, change) => {
    const form = { ...(await exchangeForm()), ...(typeof change === 'function' ? await change() : change) };

    expect(await exchange(form)).toMatchObject({ status: 400, members: { error } });
  });

  test('refuses an Authorization header', async () => {
    const answer = await exchange(await exchangeForm(), { authorization: 'Bearer x' });

    expect(answer).toMatchObject({ status: 400, members: { error: 'invalid_request' } });
  });

  test.each([
    ['has expired', 2 * 3600_000],
    ['is not valid yet', -2 * 3600_000],
  ])('refuses a token that %s by its clock', async (_what, skew) => {
    clouds.google.skew = skew;

    expect(await exchange(await exchangeForm())).toMatchObject({ status: 400, members: { error: 'invalid_grant' } });
  });
});

describe('impersonation', () => {
  const federatedOf = async (account: string): Promise<string> =>
    (await exchange(await exchangeForm(await podToken(GOOGLE_AUDIENCE, account)))).members.access_token;

  test('gives the token of the right service account', async () => {
    expect(await impersonate(await federatedOf('refresher'))).toMatchObject({
      status: 200,
      members: { accessToken: expect.any(String) as string, expireTime: expect.stringMatching(/Z$/) as string },
    });
  });

  test('refuses another service account, e-mail address, scope or lifetime, and an invalid token', async () => {
    const token = await federatedOf('refresher');
    const answers = [
      await impersonate(await federatedOf('stranger')),
      await impersonate(token, undefined, `x${EMAIL}`),
      await impersonate(token, { scope: ['email'] }),
      await impersonate(token, { scope: [CLOUD_PLATFORM], lifetime: '7200s' }),
      await impersonate('x'),
    ];

    expect(answers.map(({ status }) => status)).toEqual([403, 403, 400, 400, 401]);
  });
});

describe('the metadata server', () => {
  const TOKEN = 'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token';

  test('gives out a cached token until five minutes before it expires', async () => {
    const cached = clouds.google.cacheToken(302_000);
    const first = await ask(TOKEN, { 'metadata-flavor': 'Google' });
    clouds.google.skew = 5_000;
    const second = await ask(TOKEN, { 'metadata-flavor': 'Google' });

    expect(first.members.access_token).toBe(cached.token);
    expect(second.members.access_token).not.toBe(cached.token);
    expect(await ask(TOKEN, {})).toMatchObject({ status: 403 });
  });
});

describe('Entra ID', () => {
  test.each<[string, number, Form | (() => Promise<Form>)]>([
    ['another grant type', 70003, { grant_type: 'authorization_code' }],
    ['another scope', 1002012, { scope: 'https://acmeml.azurecr.io/.default' }],
    ['no assertion type', 7000218, { client_assertion_type: '' }],
    ['another client', 700016, { client_id: TENANT }],
    ['a token that is not a JWT', 50027, { client_assertion: 'x.y' }],
    ['an audience of another cloud', 700212, async () => ({ client_assertion: await podToken(GOOGLE_AUDIENCE) })],
    ['a signature of nobody', 700030, async () => ({ client_assertion: forged(await podToken(AZURE_AUDIENCE)) })],
    ['another service account', 700213, async () => ({ client_assertion: await podToken(AZURE_AUDIENCE, 'stranger') })],
  ])('refuses %s', async (_what, code, change) => {
    const form = { ...(await entraForm()), ...(typeof change === 'function' ? await change() : change) };

    expect((await entra(form)).members).toMatchObject({ error_codes: [code] });
  });

  test('refuses another tenant, and an expired token', async () => {
    expect((await entra(await entraForm(), CLIENT)).members).toMatchObject({ error_codes: [90002] });
    clouds.azure.skew = 2 * 3600_000;
    expect((await entra(await entraForm())).members).toMatchObject({ error_codes: [700024] });
  });
});

describe("the registry's exchange", () => {
  test('accepts tokens of Entra ID for both audiences, or only for one', async () => {
    const management = { ...(await entraForm()), scope: 'https://management.azure.com/.default' };
    const tokens = [await entra(await entraForm()), await entra(management)].map(({ members }) => members.access_token);

    for (const token of tokens) expect((await acr(acrForm(token))).status).toBe(200);
    clouds.azure.accepted = ['https://management.azure.com'];
    expect((await acr(acrForm(tokens[0]))).status).toBe(401);
    expect((await acr(acrForm(tokens[1]))).status).toBe(200);
  });

  test('refuses another grant, service, tenant or token', async () => {
    const { access_token: token } = (await entra(await entraForm())).members;
    const changes: Form[] = [{ grant_type: 'password' }, { service: 'other.azurecr.io' }, { tenant: CLIENT }];
    const answers = [
      ...(await Promise.all(changes.map((change) => acr({ ...acrForm(token), ...change })))),
      await acr(acrForm(forged(token))),
    ];

    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 401]);
  });
});

describe.each([
  [GOOGLE_HOST, 'oauth2accesstoken', googleToken],
  [GCR_HOST, 'oauth2accesstoken', googleToken],
  [AZURE_HOST, '00000000-0000-0000-0000-000000000000', azureToken],
] as const)('%s', (host, username, tokenOf) => {
  const target = (tag: string): string => `${host}/acme/notebooks:${tag}`;

  test('every client pushes with a token until it expires; without the role it only pulls', async () => {
    const password = await tokenOf();
    const secret = clients.mount(dockerConfigJson([{ host, username, password }]));
    for (const pusher of PUSHERS) {
      expect([pusher, failure(await clients.push(pusher, { secret, target: target(pusher) }))]).toEqual([
        pusher,
        undefined,
      ]);
    }
    expect(failure(await clients.docker({ secret, target: target('buildah') }))).toBeUndefined();

    clouds.google.writers.delete(EMAIL);
    clouds.azure.mayPush = false;
    expect(failure(await clients.crane({ secret, target: target('more') }))).toMatch(REFUSED);
    expect(failure(await clients.docker({ secret, target: target('buildah') }))).toBeUndefined();
    clouds.google.writers.add(EMAIL);
    clouds.azure.mayPush = true;

    clouds.google.skew = 80 * 60_000;
    clouds.azure.skew = 80 * 60_000;
    expect(failure(await clients.docker({ secret, target: target('buildah') }))).toMatch(REFUSED);
  });
});
