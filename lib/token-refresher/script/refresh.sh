# The last part of the script that asks for tokens. It asks the cloud for one token per request, checks each, and writes
# a complete push Secret for each namespace, which the pod's next container applies. It writes nothing until it has all
# tokens and all are valid.
#
# The cloud's part has set these functions:
#   fetch_token KEY   sets `token`, base64 of user name and password, and `expires`, as ISO 8601 or in seconds
#   finish            does what else there is to do once the manifests are written; it never costs the token

outcome='Nothing was applied; an existing Secret keeps its token'

# A pod that is stopped from outside cannot log why. With cgroup v2, a lack of memory stops the whole container.
echo "Refreshing the Secret $SECRET_NAME, identity: $IDENTITY. If this log ends without OK or FAILED, the pod was stopped," \
  "and the Secret keeps its token. To do: see the events of the pod and of its Job; if the pod says OOMKilled, give it" \
  "a larger memory limit"

identify

# --- all tokens, or none ---
check_token() {
  refuse_long "$1" "$token"
  { decoded=$(printf '%s' "$token" | base64 -d); } 2>/dev/null || decoded=
  # printable, <user name>:<something>, and canonical base64, so that it contains no shell or JSON syntax
  case $decoded in
  *[!!-~]*) decoded= ;;
  "$TOKEN_USERNAME":?*) [ "$(printf '%s' "$decoded" | base64 | tr -d '\n')" = "$token" ] || decoded= ;;
  *) decoded= ;;
  esac
  ends=$(seconds_of "$expires")
  if [ -z "$decoded" ] || [ -z "$ends" ]; then no_token "$1"; fi
  expires=$(date -u -d "@$ends" +%Y-%m-%dT%H:%M:%SZ)
  minutes_left=$(((ends - $(date +%s)) / 60))
  if [ "$minutes_left" -le 0 ]; then
    fail "the $token_title that $cloud gave for $1 already expired at $expires" \
      "set the clock of the node; if it is right, check that the $cloud endpoint is the real one"
  fi
}

auths=
previous=
earliest=
for request in $REQUESTS; do
  key=${request%%=*}
  host=${request#*=}
  if [ "$key" != "$previous" ]; then
    fetch_token "$key"
    check_token "$key"
  fi
  previous=$key
  auths="$auths${auths:+,}\"$host\":{\"auth\":\"$token\"}"
  earliest=$(printf '%s\n' "$expires" ${earliest:+"$earliest"} | sort | head -n 1)
  echo "$host: new token, expires $expires"
  if [ "$minutes_left" -le "$NEXT_RUN" ]; then
    echo "WARNING: $host: the token expires in $minutes_left minutes, but the next run may start only in $NEXT_RUN minutes." \
      "Pushes and pulls fail in between. To do: choose a schedule that runs more often"
  fi
done

# --- the manifests ---
# Kubernetes accepts at most 1 MiB.
if [ ${#auths} -gt 1048000 ]; then
  fail "the ${token_title}s of all registries together are too large for one Secret" "spread the registries over several refreshers"
fi
config=$(printf '{"auths":{%s}}' "$auths" | base64 | tr -d '\n')
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
# The labels are fixed. With the labels of a Helm release or an Argo CD application, Helm or Argo CD would treat the
# Secret as its own.
write_manifest() {
  manifest=$(printf '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"%s","namespace":"%s",%s,%s},%s,%s}' \
    "$SECRET_NAME" "$1" '"labels":{"app.kubernetes.io/managed-by":"token-refresher"}' \
    "\"annotations\":{\"push-secret/refreshed-at\":\"$now\",\"push-secret/expires-at\":\"$earliest\"}" \
    '"type":"kubernetes.io/dockerconfigjson"' "\"data\":{\".dockerconfigjson\":\"$config\"}")
  printf '%s\n' "$manifest" >"$MANIFESTS_DIR/$1.partial" && [ "$(cat "$MANIFESTS_DIR/$1.partial")" = "$manifest" ]
}
for namespace in $NAMESPACES; do
  if ! { write_manifest "$namespace"; } 2>/dev/null; then
    for written in $NAMESPACES; do rm -f "$MANIFESTS_DIR/$written.partial"; done
    fail "the volume $MANIFESTS_DIR is full or cannot be written to" "give the volume manifests a larger sizeLimit"
  fi
done
for namespace in $NAMESPACES; do mv "$MANIFESTS_DIR/$namespace.partial" "$MANIFESTS_DIR/$namespace.json"; done

finish
echo "OK. The container kubectl now applies the Secret $SECRET_NAME in: $NAMESPACES. If that fails, the Secret keeps its" \
  "token. To do if kubectl says 'field is immutable': delete the existing Secret, as no refresh can change it; 'not" \
  "found' or 'forbidden': create the namespace and apply the refresher's manifests again; anything else: nothing, the" \
  "refresher retries by itself. To refresh now: $REFRESH_NOW"
