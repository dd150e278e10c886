// Removes the caller's variables for synth. The tests set those that they need.
for (const name of ['DOCKERHUB_TOKEN', 'GCR_KEY_JSON', 'HARBOR_PASSWORD', 'REQUIRE_PASSWORDS', 'CDK8S_OUTDIR']) {
  delete process.env[name];
}
