import { isPlaceholderPassword, placeholderIn } from '../../../values/schema/placeholder-words';

// One line for each kind of placeholder.
const WORDS = `
CHANGEME change_me change-this changeit please-change-me changeme-user REPLACE_ME replaceme replace-with-your-username
REPLACE_WITH_USERNAME edit_me fill-me-in fill_in FILL_ME to-be-defined TO_BE_REPLACED insert-username-here
INSERT_YOUR_USERNAME ENTER_USERNAME enter-your-username put-your-user-here
your-org your_org yourorg yourcompany YOUR_USERNAME your-username-here YOUR_DOCKERHUB_USERNAME YOUR-DOCKER-ID
your_docker_id yourdockerid your-own-registry your-image
my-org myorg my_user myuser myusername mycompany my-registry myregistry my-gcp-project my-secret some-user someuser
username user-name USERNAME DOCKER_USERNAME dockerhub_username dockerhub-username docker-id account-id org-name
PROJECT_ID ORGANIZATION ORG_NAME AWS_ACCOUNT_ID ACCOUNT REGION LOCATION-docker
xxx XXXX xxxx-xxxx TODO todo FIXME TBD placeholder PLACEHOLDER_USER user-placeholder undefined foo foobar foo-bar
johndoe john-doe REDACTED lorem asdf qwerty dummy example example-bot exampleteam example_org EXAMPLE sample-user
[username] {username} (username) «user» __USERNAME__ @USERNAME@ #{username}# &lt;user&gt; *** ... … ???
docker.io/your-org/notebooks docker.io/acme/your-repo docker.io/namespace/repository harbor.acme.dev/project/image
https://your-registry.acme.dev harbor.yourdomain.com registry.mycompany.com https://REGION-docker.pkg.dev
arn:aws:iam::210987654321:role/your-role builder@my-project.iam.gserviceaccount.com
`;
const REAL = `
xavier test test-bot userland bot repository-bot examples orgchem mylene myra mybot younes yourtownhall changelog
exchange-media replacer foobarbaz exxxtra todoist tba-systems dummyload sampleworks acme team team-rocket namesake hostess
robot$acme robot$ml+push _json_key AWS oauth2accesstoken 00000000-0000-0000-0000-000000000000 company42 gitlab+deploy-token-1
harbor-user admin docker.io/acme/my-notebooks docker.io/acme/your-first-model docker.io/testers/test docker.io/acme/todo
docker.io/acme/xxx-large docker.io/acme/user-images docker.io/acme/example-notebooks docker.io/acme/project-x
docker.io/acme/image docker.io/acme/repo docker.io/acme/myapi docker.io/theteam/base registry.gitlab.com/acme/platform/images
https://europe-west1-docker.pkg.dev https://registry.acme.dev:5000 http://localhost:5000 https://ghcr.io
projects/734512/locations/global/workloadIdentityPools/clusters/providers/hub-cluster arn:aws:iam::210987654321:role/push
`;
const split = (text: string): string[] => text.trim().split(/\s+/);

test.each(split(WORDS))('%s is a placeholder', (text) => {
  expect(text).toContain(placeholderIn(text));
});

test.each(split(REAL))('%s is not a placeholder', (text) => {
  expect(placeholderIn(text)).toBeUndefined();
});

test.each([
  ...split(
    'password Password token access-key token changeit your-token my-secret-password dckr_pat_xxx ghp_xxxxxxxxxxxxxxxxxxxx',
  ),
  ...split('******** [token] <access-token> REDACTED [REDACTED] DOCKER_PASSWORD'),
  ...['access token', 'your access token', 'TODO: ask the team', 'put-your-token-here'],
])('%s is probably not a password', (password) => {
  expect(isPlaceholderPassword(password)).toBe(true);
});

test.each(
  split('changeme2 hunter2 x<y>z Harbor12345 token-1f3a secretary xxx4f [a1] todos {"type":"service_account"}'),
)('%s may be a password', (password) => {
  expect(isPlaceholderPassword(password)).toBe(false);
});

test('a long text takes little time', () => {
  const long = 'user-name'.repeat(100_000);
  expect([placeholderIn(long), isPlaceholderPassword(long)]).toEqual([undefined, false]);
});
