import { notThePassword } from '../../../values/registry/not-the-password';

const config = '{"auths":{"docker.io":{"auth":"eDp5"}}}';

test.each([
  ['<access token>', 'placeholder'],
  ['changeme', 'placeholder'],
  ['CHANGE_ME', 'placeholder'],
  ['your-token-here', 'placeholder'],
  ['${DOCKERHUB_TOKEN}', 'variable'],
  ['$CI_DEPLOY_PASSWORD', 'variable'],
  ['{{ env "X" }}', 'variable'],
  ['%TOKEN%', 'variable'],
  ['${{ secrets.TOKEN }}', 'variable'],
  ['null', 'placeholder'],
  ['None', 'placeholder'],
  ['op://vault/registry/password', 'reference'],
  ['ref+vault://registry#/password', 'reference'],
  ['vault:secret/data/registry#password', 'reference'],
  ['arn:aws:secretsmanager:eu-west-1:210987654321:secret:registry', 'reference'],
  ['ENC[AES256_GCM,data:abc,iv:def,tag:ghi,type:str]', 'reference'],
  ['Bearer s3cr3t.s3cr3t', 'header'],
  ['Basic dGVhbTpzM2NyM3Q=', 'header'],
  ['"s3cr3t"', 'quote'],
  ["'s3cr3t'", 'quote'],
  [config, 'docker config'],
  [Buffer.from(config).toString('base64'), 'docker config'],
  ['team:s3cr3t', 'user name and password'],
  [Buffer.from('team:s3cr3t').toString('base64'), 'user name and password'],
])('%s is probably not a password', (password, doubt) => {
  expect(notThePassword('team', password)).toContain(doubt);
});

test.each([
  's3cr3t',
  '$ecret',
  'a:b',
  'x<y>z',
  '"',
  '100%',
  'dckr_pat_abc',
  'changeme2',
  'vault:s3cr3t',
  'nonesuch',
  '{"type":"service_account"}',
])('%s may be a password', (password) => {
  expect(notThePassword('team', password)).toBeUndefined();
});
