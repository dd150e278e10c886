import { readEndpoint, readReference } from '../../../values/registry/reference';
import { dockerHub, lines, readValues } from '../support/values-folder';

test.each<[string, string, string[]]>([
  [
    'pushRepo with a scheme',
    dockerHub({ pushRepo: 'https://docker.io/exampleteam/notebooks' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "https://docker.io/exampleteam/notebooks" has a scheme; `docker.io/exampleteam/notebooks` would be right',
    ],
  ],
  [
    'pushRepo with its host twice',
    dockerHub({ pushRepo: 'docker.io/docker.io/exampleteam/notebooks' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      "  the path repeats the registry's host, which is added by itself: use `exampleteam/notebooks`",
    ],
  ],
  [
    'pushRepo with a tag',
    dockerHub({ pushRepo: 'docker.io/exampleteam/notebooks:latest' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "docker.io/exampleteam/notebooks:latest" has a tag; `docker.io/exampleteam/notebooks` would be right',
    ],
  ],
  [
    'pushRepo with a digest',
    dockerHub({ pushRepo: `docker.io/exampleteam/notebooks@sha256:${'0123456789abcdef'.repeat(4)}` }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "docker.io/exampleteam/notebooks@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" has a digest; `docker.io/exampleteam/notebooks` would be right',
    ],
  ],
  [
    'pushRepo in upper case',
    dockerHub({ pushRepo: 'docker.io/ExampleTeam/Notebooks2024' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "docker.io/ExampleTeam/Notebooks2024" has upper case; `docker.io/exampleteam/notebooks2024` would be right',
    ],
  ],
  [
    'pushRepo with a slash at its end',
    dockerHub({ pushRepo: 'docker.io/exampleteam/notebooks/' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "docker.io/exampleteam/notebooks/" has a "/" at its end; `docker.io/exampleteam/notebooks` would be right',
    ],
  ],
  [
    'pushRepo with everything at once',
    dockerHub({ pushRepo: '" https://Docker.io/exampleteam/notebooks:v1/ "' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  " https://Docker.io/exampleteam/notebooks:v1/ " is no repository: components joined by "/", each of lower-case letters and digits that ".", "_", "__" or dashes may separate, at most 255 characters in all, without scheme, tag or digest; `docker.io/exampleteam/notebooks` would be right',
    ],
  ],
  [
    'pushRepo with two slashes',
    dockerHub({ pushRepo: 'docker.io//exampleteam/notebooks' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "docker.io//exampleteam/notebooks" is no repository: components joined by "/", each of lower-case letters and digits that ".", "_", "__" or dashes may separate, at most 255 characters in all, without scheme, tag or digest; `docker.io/exampleteam/notebooks` would be right',
    ],
  ],
  [
    'pushRepo with a space',
    dockerHub({ pushRepo: 'docker.io/example team/notebooks' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "docker.io/example team/notebooks" is no repository: components joined by "/", each of lower-case letters and digits that ".", "_", "__" or dashes may separate, at most 255 characters in all, without scheme, tag or digest',
    ],
  ],
  [
    'the address of a page of Docker Hub',
    dockerHub({ pushRepo: 'hub.docker.com/r/exampleteam/notebooks' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "hub.docker.com/r/exampleteam/notebooks" has the path of a web page; `docker.io/exampleteam/notebooks` would be right',
    ],
  ],
  ...[
    'hub.docker.com/repository/docker/exampleteam/notebooks/general',
    'hub.docker.com/r/exampleteam/notebooks/tags',
  ].map((page): [string, string, string[]] => [
    'the address of a page below a page of Docker Hub',
    dockerHub({ pushRepo: `https://${page}` }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      `  "https://${page}" has a scheme and the path of a web page; \`docker.io/exampleteam/notebooks\` would be right`,
    ],
  ]),
  [
    'two mistakes, of which one has no correction',
    dockerHub({ pushRepo: 'https://docker.io/Notebooks:v1' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "https://docker.io/Notebooks:v1" has a scheme and a tag and upper case',
      '  a repository on Docker Hub needs a namespace: use `docker.io/<namespace>/notebooks`',
    ],
  ],
  [
    'a repository alone, with a tag',
    dockerHub({ pushRepo: 'notebooks:v1' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "notebooks:v1" has a tag',
      '  a repository on Docker Hub needs a namespace: use `docker.io/<namespace>/notebooks`',
    ],
  ],
  [
    'a Google project whose correction is none',
    dockerHub({ registryEndpoint: 'https://gcr.io', pushRepo: 'https://gcr.io//Example_Project/nb' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "https://gcr.io//Example_Project/nb" is no repository: components joined by "/", each of lower-case letters and digits that ".", "_", "__" or dashes may separate, at most 255 characters in all, without scheme, tag or digest',
      '  example_project is not a Google project id: expected 6 to 30 of the characters a-z, 0-9 and "-", the first a letter',
    ],
  ],
  [
    'a pushRepo that names no registry, and is none of the endpoint',
    dockerHub({ registryEndpoint: 'https://gcr.io', pushRepo: 'notebooks' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  no registry is named, which means Docker Hub, and the endpoint is gcr.io',
      '  on gcr.io a repository needs at least `gcr.io/<project>/<image>`',
    ],
  ],
  [
    'an empty pushRepo',
    dockerHub({ pushRepo: '""' }),
    ['registries/dockerhub.yaml:5:13  customImage.pushRepo', '  empty; a registry and a path on it are wanted'],
  ],
  [
    'a registry alone',
    dockerHub({ pushRepo: 'docker.io' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "docker.io" is a registry without a repository: `docker.io/...`',
    ],
  ],
  [
    'a pushRepo that is too long',
    dockerHub({ pushRepo: `docker.io/exampleteam/${'x'.repeat(250)}` }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "docker.io/exampleteam/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..." is no repository: components joined by "/", each of lower-case letters and digits that ".", "_", "__" or dashes may separate, at most 255 characters in all, without scheme, tag or digest',
    ],
  ],
  [
    'Docker Hub without a namespace',
    dockerHub({ pushRepo: 'docker.io/notebooks' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  a repository on Docker Hub needs a namespace: use `docker.io/<namespace>/notebooks`',
    ],
  ],
  [
    'Docker Hub without a namespace and without docker.io',
    dockerHub({ pushRepo: 'notebooks' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  a repository on Docker Hub needs a namespace: use `docker.io/<namespace>/notebooks`',
    ],
  ],
  [
    'Docker Hub with three components',
    dockerHub({ pushRepo: 'docker.io/exampleteam/notebooks/base' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  a repository on Docker Hub has one "/" only: use `docker.io/<namespace>/<repository>`',
    ],
  ],
  [
    'Docker Hub with a repository name of one letter',
    dockerHub({ pushRepo: 'docker.io/exampleteam/n' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  n is not a repository name on Docker Hub: expected 2 to 255 of the characters a-z, 0-9, "_" and "-"',
    ],
  ],
  [
    'a Docker Hub prefix with two components',
    dockerHub({ pushRepo: undefined, pushRepoPrefix: 'docker.io/exampleteam/notebooks' }),
    [
      'registries/dockerhub.yaml:5:19  customImage.pushRepoPrefix',
      '  a prefix on Docker Hub is just a namespace: use `docker.io/exampleteam`',
    ],
  ],
  [
    'a Docker Hub prefix without a namespace',
    dockerHub({ pushRepo: undefined, pushRepoPrefix: 'docker.io' }),
    [
      'registries/dockerhub.yaml:5:19  customImage.pushRepoPrefix',
      '  a prefix on Docker Hub is just a namespace: use `docker.io/<namespace>`',
    ],
  ],
  [
    'a Google project that is none',
    dockerHub({ registryEndpoint: 'https://gcr.io', pushRepo: 'gcr.io/1prj/notebooks' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  1prj is not a Google project id: expected 6 to 30 of the characters a-z, 0-9 and "-", the first a letter',
    ],
  ],
  [
    'Artifact Registry without an image',
    dockerHub({
      registryEndpoint: 'https://europe-west1-docker.pkg.dev',
      pushRepo: 'europe-west1-docker.pkg.dev/example-project/notebooks',
    }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  on europe-west1-docker.pkg.dev a repository needs at least `europe-west1-docker.pkg.dev/<project>/<repository>/<image>`',
    ],
  ],
  [
    'endpoint and pushRepo of different registries',
    dockerHub({ registryEndpoint: 'https://gcr.io' }),
    [
      'registries/dockerhub.yaml:2:21  customImage.registryEndpoint',
      '  the registry is gcr.io here and docker.io in pushRepo; both must name the same one',
    ],
  ],
  [
    'endpoint and pushRepoPrefix of different registries',
    dockerHub({ pushRepo: undefined, pushRepoPrefix: 'gcr.io/example-project' }),
    [
      'registries/dockerhub.yaml:2:21  customImage.registryEndpoint',
      '  the registry is docker.io here and gcr.io in pushRepoPrefix; both must name the same one',
    ],
  ],
  [
    'a pushRepo that names no registry beside another endpoint',
    dockerHub({ registryEndpoint: 'https://harbor.example.com:8443', pushRepo: 'exampleteam/notebooks' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  no registry is named, which means Docker Hub, and the endpoint is harbor.example.com:8443; `harbor.example.com:8443/exampleteam/notebooks` would be right',
    ],
  ],
  [
    'neither pushRepo nor pushRepoPrefix',
    dockerHub({ pushRepo: undefined }),
    [
      'registries/dockerhub.yaml:1:1  customImage.pushRepo',
      '  missing: give the repository that images are pushed to (`docker.io/...`), or pushRepoPrefix',
    ],
  ],
  [
    'no endpoint',
    dockerHub({ registryEndpoint: undefined }),
    [
      'registries/dockerhub.yaml:1:1  customImage.registryEndpoint',
      '  missing: PrimeHub offers to build custom images only where it is set; pushRepo implies `registryEndpoint: docker.io`',
    ],
  ],
  [
    'no endpoint of a plain registry',
    dockerHub({ registryEndpoint: undefined, pushRepo: undefined, pushRepoPrefix: 'harbor.example.com/team' }),
    [
      'registries/dockerhub.yaml:1:1  customImage.registryEndpoint',
      '  missing: PrimeHub offers to build custom images only where it is set; pushRepoPrefix implies `registryEndpoint: https://harbor.example.com`',
    ],
  ],
  [
    'neither endpoint nor pushRepo',
    dockerHub({ registryEndpoint: undefined, pushRepo: undefined }),
    [
      'registries/dockerhub.yaml:1:1  customImage.pushRepo',
      '  missing: give the repository that images are pushed to, or pushRepoPrefix',
      'registries/dockerhub.yaml:1:1  customImage.registryEndpoint',
      '  missing: PrimeHub offers to build custom images only where it is set',
    ],
  ],
  [
    'an empty endpoint',
    dockerHub({ registryEndpoint: '""' }),
    [
      'registries/dockerhub.yaml:2:21  customImage.registryEndpoint',
      '  empty; a host is wanted, as in `docker.io` or `https://gcr.io`',
    ],
  ],
  [
    'an endpoint with a path',
    dockerHub({ registryEndpoint: 'https://harbor.example.com/team', pushRepo: 'harbor.example.com/team/notebooks' }),
    [
      'registries/dockerhub.yaml:2:21  customImage.registryEndpoint',
      '  "https://harbor.example.com/team" is not the address of a registry: host and port alone, without a path; `https://harbor.example.com` would be right',
    ],
  ],
  [
    'an endpoint with another scheme',
    dockerHub({ registryEndpoint: 'oci://harbor.example.com', pushRepo: 'harbor.example.com/team/notebooks' }),
    [
      'registries/dockerhub.yaml:2:21  customImage.registryEndpoint',
      '  "oci://harbor.example.com" is not the address of a registry: it begins with `https://`, `http://` or the host; `https://harbor.example.com` would be right',
    ],
  ],
  [
    'an endpoint with a login',
    dockerHub({ registryEndpoint: 'https://exampleteam:secret@docker.io' }),
    [
      'registries/dockerhub.yaml:2:21  customImage.registryEndpoint',
      '  a login does not belong here; `docker.io` would be right',
    ],
  ],
  [
    'an endpoint with a login and no scheme',
    dockerHub({ registryEndpoint: 'exampleteam:secret@docker.io' }),
    [
      'registries/dockerhub.yaml:2:21  customImage.registryEndpoint',
      '  a login does not belong here; `docker.io` would be right',
    ],
  ],
  [
    'pushRepo with a login whose password has a slash',
    dockerHub({ pushRepo: 'https://exampleteam:pa/ss@docker.io/exampleteam/notebooks' }),
    [
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  this value (not shown, as it may contain a credential) has a scheme and a login; `docker.io/exampleteam/notebooks` would be right',
    ],
  ],
  [
    'a port that is none',
    dockerHub({ registryEndpoint: 'https://harbor.example.com:99999', pushRepo: 'harbor.example.com/team/notebooks' }),
    [
      'registries/dockerhub.yaml:2:21  customImage.registryEndpoint',
      '  "https://harbor.example.com:99999" is not the address of a registry: a port is a number from 1 to 65535',
    ],
  ],
  [
    'a scheme with one slash',
    dockerHub({ registryEndpoint: 'https:/harbor.example.com', pushRepo: 'harbor.example.com/team/notebooks' }),
    [
      'registries/dockerhub.yaml:2:21  customImage.registryEndpoint',
      '  "https:/harbor.example.com" is not the address of a registry: it begins with `https://`, `http://` or the host; `https://harbor.example.com` would be right',
    ],
  ],
  [
    'a host that is none',
    dockerHub({ registryEndpoint: 'https://harbor.example.com.', pushRepo: 'harbor.example.com/team/notebooks' }),
    [
      'registries/dockerhub.yaml:2:21  customImage.registryEndpoint',
      '  "https://harbor.example.com." is not the address of a registry: a host has the letters a to z, digits, "-" and ".", with a letter or digit before and after each "."',
    ],
  ],
  [
    'a path after a host that PrimeHub cannot push to',
    dockerHub({ registryEndpoint: 'https://registry:5000/team' }),
    [
      'registries/dockerhub.yaml:2:21  customImage.registryEndpoint',
      '  "https://registry:5000/team" is not the address of a registry: host and port alone, without a path',
    ],
  ],
  [
    'user name and password in place of an endpoint',
    dockerHub({ registryEndpoint: 'exampleteam:hunter2-Secret9' }),
    [
      'registries/dockerhub.yaml:2:21  customImage.registryEndpoint',
      '  this value (not shown, as it may contain a credential) is not the address of a registry: a port is a number from 1 to 65535',
    ],
  ],
  [
    'a host without a dot',
    dockerHub({ registryEndpoint: 'registry:5000', pushRepo: 'registry:5000/team/notebooks' }),
    [
      'registries/dockerhub.yaml:2:21  customImage.registryEndpoint',
      '  "registry:5000" has no dot, so PrimeHub\'s builder takes it for a path on Docker Hub: use the full host name or the IPv4 address',
      'registries/dockerhub.yaml:5:13  customImage.pushRepo',
      '  "registry:5000" has no dot, so PrimeHub\'s builder takes it for a path on Docker Hub: use the full host name or the IPv4 address',
    ],
  ],
])('%s: says what would be right', (_, file, answer) => {
  expect(readValues(file).problems).toBe(lines(answer));
});

test.each(['a', '@', '/', ':', 'a:', ' a', 'sk-', '@sha256:', 'a+'])('a long value of %j is read at once', (part) => {
  const text = part.repeat(200_000 / part.length);
  const start = Date.now();
  readReference(text, false, false);
  readEndpoint(text, false);
  // milliseconds; what takes quadratic time takes minutes, so that no load makes this fail
  expect(Date.now() - start).toBeLessThan(20_000);
});
