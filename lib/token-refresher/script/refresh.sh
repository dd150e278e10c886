# The last part of the script that asks for tokens: asks the cloud for one per request, checks each, and writes a
# complete push Secret per namespace, for the next container of the pod to apply. Nothing is written before every token
# is there and valid.
#
# The cloud's part has set these functions:
#   fetch_token KEY   sets `token`, base64 of user name and password, and `expires`, as ISO 8601 or in seconds; where its
#                     end can be trusted, also `seconds_left`
#   finish            does what else there is to do once the manifests are written; it never costs the token

outcome='Nothing was applied, a Secret that is there keeps its token'

# What ends the pod from outside leaves it no last word.
echo "Refreshing the Secret $SECRET_NAME, identity: $IDENTITY. A log with neither OK nor FAILED at its end was cut off;" \
  "the Secret keeps its token. To do: see the events of the pod and of its Job"

identify

# --- all tokens, or none ---
check_token() {
  { decoded=$(printf '%s' "$token" | base64 -d); } 2>/dev/null || decoded=
  # printable, <user name>:<something>, and canonical base64, so that neither shell nor JSON syntax can be in it
  case $decoded in
  *[!!-~]*) decoded= ;;
  "$TOKEN_USERNAME":?*) [ "$(printf '%s' "$decoded" | base64 | tr -d '\n')" = "$token" ] || decoded= ;;
  *) decoded= ;;
  esac
  case $expires in
  '' | None | *[!0-9A-Z:.+-]*) decoded= ;;
  *[!0-9.]*) ;;
  *) expires=$(date -u -d "@${expires%%.*}" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null) || decoded= ;;
  esac
  if [ -z "$decoded" ]; then
    fail "what $cloud answered for $1 is no $token_title" "see that the $cloud endpoint and the proxy between are the real ones"
  fi
}

# A token that ends before the next run is better than none.
check_life() {
  if [ -z "$seconds_left" ]; then return; fi
  if [ "$seconds_left" -le 0 ]; then
    fail "the $token_title for $1 has ended already, at $expires" "set the clock of the node"
  fi
  if [ "$seconds_left" -lt "$RUNS_EVERY" ]; then
    echo "WARNING: the $token_title for $1 ends in $seconds_left seconds, and the next run is up to $RUNS_EVERY seconds away"
  fi
}

auths=
previous=
earliest=
for request in $REQUESTS; do
  key=${request%%=*}
  host=${request#*=}
  if [ "$key" != "$previous" ]; then
    seconds_left=
    fetch_token "$key"
    check_token "$key"
    check_life "$key"
  fi
  previous=$key
  auths="$auths${auths:+,}\"$host\":{\"auth\":\"$token\"}"
  earliest=$(printf '%s\n' "$expires" ${earliest:+"$earliest"} | sort | head -n 1)
  echo "$host: new token, expires $expires"
done

# --- the manifests ---
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
