# Azure's part of the refresh: gets a refresh token from each registry. Reads from the environment:
#   AZURE_LOGIN      the host of Entra ID
#   AZURE_TENANT_ID, AZURE_CLIENT_ID
#   AZURE_SCOPES     what to ask Entra ID for, one after the other: not every registry takes the first
#   POD_TOKEN_FILE   the pod's own token
# A request's key is the registry's host.
fetch_token() {
  hosts=$1
  # shellcheck disable=SC2086 # one word per scope
  set -- $AZURE_SCOPES
  while :; do
    ask_for "$1" && break
    [ $# -gt 1 ] || fail_step "$step"
    shift
    # the other scope may be granted if this one was denied; any other error would be the same for both
    case $http_status in 400 | 401 | 403) ;; *) fail_step "$step" ;; esac
    take_message
    echo "$hosts: trying the scope $1, after $step: $(shortened "$message")"
  done
  take_token "$step" refresh_token
  refresh_token=$value
  jwt_end "$refresh_token" || fail_step "$step: no end in the refresh_token in the answer"
  end=$value value=$refresh_token
  take_login "$end"
}

# Asks Entra ID for a token with the scope $1 and exchanges it. False if one of the two answers with an error.
ask_for() {
  step="$AZURE_LOGIN, login of the client $AZURE_CLIENT_ID"
  ask "url = \"https://$AZURE_LOGIN/$AZURE_TENANT_ID/oauth2/v2.0/token\"" \
    "data-urlencode = \"client_id=$AZURE_CLIENT_ID\"" 'data-urlencode = "grant_type=client_credentials"' \
    'data-urlencode = "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"' \
    "data-urlencode = \"client_assertion=$pod_token\"" "data-urlencode = \"scope=$1\"" || fail_step "$step"
  [ "$http_status" = 200 ] || return 1
  take_token "$step" access_token
  step="$hosts/oauth2/exchange"
  ask "url = \"https://$hosts/oauth2/exchange\"" 'data-urlencode = "grant_type=access_token"' \
    "data-urlencode = \"service=$hosts\"" "data-urlencode = \"tenant=$AZURE_TENANT_ID\"" \
    "data-urlencode = \"access_token=$value\"" || fail_step "$step"
  [ "$http_status" = 200 ]
}
