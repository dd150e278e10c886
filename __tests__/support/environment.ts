// What the caller has set for synth must not reach the tests, which set what they need.
for (const name of ['DOCKERHUB_TOKEN', 'GCR_KEY_JSON', 'HARBOR_PASSWORD', 'REQUIRE_PASSWORDS', 'CDK8S_OUTDIR']) {
  delete process.env[name];
}
