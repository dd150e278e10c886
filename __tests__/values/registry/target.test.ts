import { MOST_SECONDS, timed } from '../../support/cpu-time';
import { readEndpoint, readReference } from '../../../values/registry/reference';
import { dockerHub, found, readValues } from '../support/values-folder';

test.each<[string, string, string[]]>([
  [
    'pushRepo with a scheme',
    dockerHub({ pushRepo: 'https://docker.io/exampleteam/notebooks' }),
    ['5:13 customImage.pushRepo malformed: `docker.io/exampleteam/notebooks`'],
  ],
  [
    'pushRepo with its host twice',
    dockerHub({ pushRepo: 'docker.io/docker.io/exampleteam/notebooks' }),
    ['5:13 customImage.pushRepo malformed: `exampleteam/notebooks`'],
  ],
  [
    'pushRepo with a tag',
    dockerHub({ pushRepo: 'docker.io/exampleteam/notebooks:latest' }),
    ['5:13 customImage.pushRepo malformed: `docker.io/exampleteam/notebooks`'],
  ],
  [
    'pushRepo with a digest',
    dockerHub({ pushRepo: `docker.io/exampleteam/notebooks@sha256:${'0123456789abcdef'.repeat(4)}` }),
    ['5:13 customImage.pushRepo malformed: `docker.io/exampleteam/notebooks`'],
  ],
  [
    'pushRepo in upper case',
    dockerHub({ pushRepo: 'docker.io/ExampleTeam/Notebooks2024' }),
    ['5:13 customImage.pushRepo malformed: `docker.io/exampleteam/notebooks2024`'],
  ],
  [
    'pushRepo with a slash at the end',
    dockerHub({ pushRepo: 'docker.io/exampleteam/notebooks/' }),
    ['5:13 customImage.pushRepo malformed: `docker.io/exampleteam/notebooks`'],
  ],
  [
    'pushRepo with everything at once',
    dockerHub({ pushRepo: '" https://Docker.io/exampleteam/notebooks:v1/ "' }),
    ['5:13 customImage.pushRepo malformed: `docker.io/exampleteam/notebooks`'],
  ],
  [
    'pushRepo with two slashes',
    dockerHub({ pushRepo: 'docker.io//exampleteam/notebooks' }),
    ['5:13 customImage.pushRepo malformed: `docker.io/exampleteam/notebooks`'],
  ],
  [
    'pushRepo with a space',
    dockerHub({ pushRepo: 'docker.io/example team/notebooks' }),
    ['5:13 customImage.pushRepo malformed'],
  ],
  [
    'the address of a page of Docker Hub',
    dockerHub({ pushRepo: 'hub.docker.com/r/exampleteam/notebooks' }),
    ['5:13 customImage.pushRepo malformed: `docker.io/exampleteam/notebooks`'],
  ],
  ...[
    'hub.docker.com/repository/docker/exampleteam/notebooks/general',
    'hub.docker.com/r/exampleteam/notebooks/tags',
  ].map((page): [string, string, string[]] => [
    'the address of a page below a page of Docker Hub',
    dockerHub({ pushRepo: `https://${page}` }),
    ['5:13 customImage.pushRepo malformed: `docker.io/exampleteam/notebooks`'],
  ]),
  [
    'two mistakes, one without a correction',
    dockerHub({ pushRepo: 'https://docker.io/Notebooks:v1' }),
    ['5:13 customImage.pushRepo malformed: `docker.io/<namespace>/notebooks`'],
  ],
  [
    'a repository without a host, with a tag',
    dockerHub({ pushRepo: 'notebooks:v1' }),
    ['5:13 customImage.pushRepo malformed: `docker.io/<namespace>/notebooks`'],
  ],
  [
    'a Google project whose correction is not valid',
    dockerHub({ registryEndpoint: 'https://gcr.io', pushRepo: 'https://gcr.io//Example_Project/nb' }),
    ['5:13 customImage.pushRepo malformed'],
  ],
  [
    'a pushRepo without a host that is not valid on the registry of the endpoint',
    dockerHub({ registryEndpoint: 'https://gcr.io', pushRepo: 'notebooks' }),
    ['5:13 customImage.pushRepo malformed: `gcr.io/<project>/<image>`'],
  ],
  ['an empty pushRepo', dockerHub({ pushRepo: '""' }), ['5:13 customImage.pushRepo missing']],
  ['only a host', dockerHub({ pushRepo: 'docker.io' }), ['5:13 customImage.pushRepo missing: `docker.io/...`']],
  [
    'a pushRepo that is too long',
    dockerHub({ pushRepo: `docker.io/exampleteam/${'x'.repeat(250)}` }),
    ['5:13 customImage.pushRepo malformed'],
  ],
  [
    'Docker Hub without a namespace',
    dockerHub({ pushRepo: 'docker.io/notebooks' }),
    ['5:13 customImage.pushRepo malformed: `docker.io/<namespace>/notebooks`'],
  ],
  [
    'Docker Hub without a namespace and without docker.io',
    dockerHub({ pushRepo: 'notebooks' }),
    ['5:13 customImage.pushRepo malformed: `docker.io/<namespace>/notebooks`'],
  ],
  [
    'Docker Hub with three components',
    dockerHub({ pushRepo: 'docker.io/exampleteam/notebooks/base' }),
    ['5:13 customImage.pushRepo malformed: `docker.io/<namespace>/<repository>`'],
  ],
  [
    'Docker Hub with a repository name of one letter',
    dockerHub({ pushRepo: 'docker.io/exampleteam/n' }),
    ['5:13 customImage.pushRepo malformed'],
  ],
  [
    'a Docker Hub prefix with two components',
    dockerHub({ pushRepo: undefined, pushRepoPrefix: 'docker.io/exampleteam/notebooks' }),
    ['5:19 customImage.pushRepoPrefix malformed: `docker.io/exampleteam`'],
  ],
  [
    'a Docker Hub prefix without a namespace',
    dockerHub({ pushRepo: undefined, pushRepoPrefix: 'docker.io' }),
    ['5:19 customImage.pushRepoPrefix malformed: `docker.io/<namespace>`'],
  ],
  [
    'a wrong Google project',
    dockerHub({ registryEndpoint: 'https://gcr.io', pushRepo: 'gcr.io/1prj/notebooks' }),
    ['5:13 customImage.pushRepo malformed'],
  ],
  [
    'Artifact Registry without an image',
    dockerHub({
      registryEndpoint: 'https://europe-west1-docker.pkg.dev',
      pushRepo: 'europe-west1-docker.pkg.dev/example-project/notebooks',
    }),
    ['5:13 customImage.pushRepo malformed: `europe-west1-docker.pkg.dev/<project>/<repository>/<image>`'],
  ],
  [
    'endpoint and pushRepo of different registries',
    dockerHub({ registryEndpoint: 'https://gcr.io' }),
    ['2:21 customImage.registryEndpoint mismatch'],
  ],
  [
    'endpoint and pushRepoPrefix of different registries',
    dockerHub({ pushRepo: undefined, pushRepoPrefix: 'gcr.io/example-project' }),
    ['2:21 customImage.registryEndpoint mismatch'],
  ],
  [
    'a pushRepo without a host and an endpoint that is not Docker Hub',
    dockerHub({ registryEndpoint: 'https://harbor.example.com:8443', pushRepo: 'exampleteam/notebooks' }),
    ['5:13 customImage.pushRepo malformed: `harbor.example.com:8443/exampleteam/notebooks`'],
  ],
  [
    'neither pushRepo nor pushRepoPrefix',
    dockerHub({ pushRepo: undefined }),
    ['1:1 customImage.pushRepo missing: `docker.io/...`'],
  ],
  [
    'no endpoint',
    dockerHub({ registryEndpoint: undefined }),
    ['1:1 customImage.registryEndpoint missing: `registryEndpoint: docker.io`'],
  ],
  [
    'no endpoint for a plain registry',
    dockerHub({ registryEndpoint: undefined, pushRepo: undefined, pushRepoPrefix: 'harbor.example.com/team' }),
    ['1:1 customImage.registryEndpoint missing: `registryEndpoint: https://harbor.example.com`'],
  ],
  [
    'neither endpoint nor pushRepo',
    dockerHub({ registryEndpoint: undefined, pushRepo: undefined }),
    ['1:1 customImage.pushRepo missing', '1:1 customImage.registryEndpoint missing'],
  ],
  ['an empty endpoint', dockerHub({ registryEndpoint: '""' }), ['2:21 customImage.registryEndpoint malformed']],
  [
    'an endpoint with a path',
    dockerHub({ registryEndpoint: 'https://harbor.example.com/team', pushRepo: 'harbor.example.com/team/notebooks' }),
    ['2:21 customImage.registryEndpoint malformed: `https://harbor.example.com`'],
  ],
  [
    'an endpoint with another scheme',
    dockerHub({ registryEndpoint: 'oci://harbor.example.com', pushRepo: 'harbor.example.com/team/notebooks' }),
    ['2:21 customImage.registryEndpoint malformed: `https://harbor.example.com`'],
  ],
  [
    'an endpoint with a login',
    dockerHub({ registryEndpoint: 'https://exampleteam:secret@docker.io' }),
    ['2:21 customImage.registryEndpoint malformed: `docker.io`'],
  ],
  [
    'an endpoint with a login and no scheme',
    dockerHub({ registryEndpoint: 'exampleteam:secret@docker.io' }),
    ['2:21 customImage.registryEndpoint malformed: `docker.io`'],
  ],
  [
    'pushRepo with a login whose password has a slash',
    dockerHub({ pushRepo: 'https://exampleteam:pa/ss@docker.io/exampleteam/notebooks' }),
    ['5:13 customImage.pushRepo malformed: not shown … `docker.io/exampleteam/notebooks`'],
  ],
  [
    'a wrong port',
    dockerHub({ registryEndpoint: 'https://harbor.example.com:99999', pushRepo: 'harbor.example.com/team/notebooks' }),
    ['2:21 customImage.registryEndpoint malformed'],
  ],
  [
    'a scheme with one slash',
    dockerHub({ registryEndpoint: 'https:/harbor.example.com', pushRepo: 'harbor.example.com/team/notebooks' }),
    ['2:21 customImage.registryEndpoint malformed: `https://harbor.example.com`'],
  ],
  [
    'a wrong host',
    dockerHub({ registryEndpoint: 'https://harbor.example.com.', pushRepo: 'harbor.example.com/team/notebooks' }),
    ['2:21 customImage.registryEndpoint malformed'],
  ],
  [
    'a path after a host that PrimeHub cannot push to',
    dockerHub({ registryEndpoint: 'https://registry:5000/team' }),
    ['2:21 customImage.registryEndpoint malformed'],
  ],
  [
    'user name and password instead of an endpoint',
    dockerHub({ registryEndpoint: 'exampleteam:hunter2-Secret9' }),
    ['2:21 customImage.registryEndpoint malformed: not shown'],
  ],
  [
    'a host without a dot',
    dockerHub({ registryEndpoint: 'registry:5000', pushRepo: 'registry:5000/team/notebooks' }),
    ['2:21 customImage.registryEndpoint not-allowed', '5:13 customImage.pushRepo not-allowed'],
  ],
])('%s: reported with its place and code', (_, file, answer) => {
  expect(found(file, answer)).toEqual(answer);
});

test.each(['a', '@', '/', ':', 'a:', ' a', 'sk-', '@sha256:', 'a+'])('a long value of %j is read quickly', (part) => {
  const text = part.repeat(200_000 / part.length);
  const { seconds } = timed(() => {
    readReference(text, false, false);
    readEndpoint(text, false);
  });
  expect(seconds).toBeLessThan(MOST_SECONDS);
});

test.each([
  { pushRepo: 'docker.io/exampleteam/notebooks', pushRepoPrefix: "''" },
  { pushRepo: "''", pushRepoPrefix: 'docker.io/exampleteam' },
])('an empty value beside the other one counts as none, as in the fragments for the chart: %j', (values) => {
  const { problems, warnings } = readValues(dockerHub(values));
  expect(problems).toBe('');
  expect(warnings).not.toContain('pushRepoPrefix');
});
