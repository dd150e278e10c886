# The last part of the script that asks for tokens: asks the cloud for one per request, checks each, and writes a
# complete push Secret per namespace, for the next container of the pod to apply. Nothing is written before every token
# is there and valid.
#
# The cloud's part has set these functions:
#   fetch_token KEY   sets `token`, base64 of user name and password, and `expires`, as ISO 8601 or in seconds
#   finish            does what else there is to do once the manifests are written; it never costs the token

outcome='Nothing was applied, a Secret that is there keeps its token'

# What ends the pod from outside leaves it no last word.
echo "Refreshing the Secret $SECRET_NAME, identity: $IDENTITY. A log with neither OK nor FAILED at its end was cut off;" \
  "the Secret keeps its token. To do: see the events of the pod and of its Job"

identify

# --- all tokens, or none ---
check_token() {
  refuse_long "$1" "$token"
  { decoded=$(printf '%s' "$token" | base64 -d); } 2>/dev/null || decoded=
  # printable, <user name>:<something>, and canonical base64, so that neither shell nor JSON syntax can be in it
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
    fail "the $token_title that $cloud gave for $1 has expired, at $expires" \
      "set the clock of the node; where it is right, see that the $cloud endpoint is the real one"
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
    echo "WARNING: $host: the token ends in $minutes_left minutes, and the next run may come in $NEXT_RUN minutes only." \
      "Between them pushes and pulls fail. To do: shorten the time between two runs in the schedule"
  fi
done

# --- the manifests ---
# Kubernetes takes 1 MiB.
if [ ${#auths} -gt 1048000 ]; then
  fail "the ${token_title}s of all registries together are too large for one Secret" "spread the registries over several refreshers"
fi
config=$(printf '{"auths":{%s}}' "$auths" | base64 | tr -d '\n')
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
# The labels are fixed: with those of a Helm release or an Argo CD application, these would take the Secret for theirs.
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
echo "OK. The container kubectl now applies the Secret $SECRET_NAME in: $NAMESPACES. Where it fails, the Secret keeps its" \
  "token. To do where it says 'field is immutable': delete the Secret that is there, no refresh can change it; 'not" \
  "found' or 'forbidden': create the namespace and apply the refresher's manifests again; anything else: nothing, the" \
  "next try comes by itself. To refresh now: $REFRESH_NOW"
