# Google's part of the refresh: one access token for all hosts. Reads from the environment:
#   GOOGLE_PROVIDER         projects/<number>/.../providers/<provider>, with the identity workload-identity
#   GOOGLE_SERVICE_ACCOUNT  the e-mail address of a service account to impersonate; may be unset
#   POD_TOKEN_FILE          the pod's own token
fetch_token() {
  hosts=$1
  case $IDENTITY in
  workload-identity) exchange_pod_token ;;
  *) ask_metadata_server ;;
  esac
  if [ -n "${GOOGLE_SERVICE_ACCOUNT-}" ]; then impersonate; fi
  take_login "$end"
}

# Sets `value` to a federated token, and `end` to its expiry.
exchange_pod_token() {
  step='sts.googleapis.com, exchange of the token of the pod'
  ask 'url = "https://sts.googleapis.com/v1/token"' \
    'data-urlencode = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange"' \
    "data-urlencode = \"audience=//iam.googleapis.com/$GOOGLE_PROVIDER\"" \
    'data-urlencode = "scope=https://www.googleapis.com/auth/cloud-platform"' \
    'data-urlencode = "requested_token_type=urn:ietf:params:oauth:token-type:access_token"' \
    'data-urlencode = "subject_token_type=urn:ietf:params:oauth:token-type:jwt"' \
    "data-urlencode = \"subject_token=$pod_token\"" || fail_step "$step"
  take_access_token
}

# The metadata server may need some seconds before it answers a new pod.
ask_metadata_server() {
  step='metadata server'
  for pause in 2 3 5 10 10 ''; do
    if ask 'url = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"' \
      'proto = "=http"' 'noproxy = "*"' 'header = "Metadata-Flavor: Google"' && [ "$http_status" = 200 ]; then
      break
    fi
    if [ -n "$pause" ]; then
      take_message
      echo "$step: $(shortened "$message"). Next try in $pause s"
      sleep "$pause"
    fi
  done
  take_access_token
}

# Sets `value` and `end` from the answer. A federated token may come without its lifetime: assume that of the pod's
# token, at most an hour.
take_access_token() {
  take_token "$step" access_token
  access_token=$value
  json_member expires_in || fail_step "$step"
  case $value in
  '')
    end=$(($(date +%s) + 3600))
    if [ "$IDENTITY" = workload-identity ] && jwt_end "$pod_token" && [ "$value" -lt "$end" ]; then end=$value; fi
    ;;
  *[!0-9]* | 0?* | ???????*) fail_step "$step: no expires_in in the answer" ;;
  *) end=$(($(date +%s) + value)) ;;
  esac
  value=$access_token
}

# Sets `value` to a token of the service account, and `end` to its expiry.
impersonate() {
  step="iamcredentials.googleapis.com, generateAccessToken of $GOOGLE_SERVICE_ACCOUNT"
  ask "url = \"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/$GOOGLE_SERVICE_ACCOUNT:generateAccessToken\"" \
    "header = \"Authorization: Bearer $value\"" 'header = "Content-Type: application/json"' \
    'data = "{\"scope\":[\"https://www.googleapis.com/auth/cloud-platform\"],\"lifetime\":\"3600s\"}"' || fail_step "$step"
  take_token "$step" accessToken
  access_token=$value
  json_member expireTime || fail_step "$step"
  end=$(seconds_of "$value")
  [ -n "$end" ] || fail_step "$step: no expireTime in the answer"
  value=$access_token
}
