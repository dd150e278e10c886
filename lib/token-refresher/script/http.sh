# HTTP calls, for the clouds that need only curl and a shell. curl reads its configuration from a pipe, so that no token
# is an argument. It follows no redirects and uses TLS unless told otherwise.

# Sends a request; each argument is a line of curl's configuration. Sets `http_status`; the answer is in $HOME/answer
# and $HOME/headers. False if there was no answer.
ask() {
  rm -f "$HOME/answer" "$HOME/headers"
  curl_status=0
  http_status=$(printf '%s\n' silent show-error suppress-connect-headers 'proto = "=https"' 'connect-timeout = 10' \
    'max-time = 30' 'max-filesize = 262144' globoff "output = \"$HOME/answer\"" "dump-header = \"$HOME/headers\"" \
    'write-out = "%{http_code}"' "$@" | limited curl --disable --config - 2>"$HOME/curl-stderr") || curl_status=$?
  [ "$curl_status" = 0 ]
}

# Sets `message` to the answer, on one line, without what is long enough to be a token.
take_message() {
  if [ "$curl_status" != 0 ]; then
    message=$(what_it_said "$HOME/curl-stderr" "$curl_status")
  else
    message="HTTP $http_status"
    if [ -s "$HOME/answer" ]; then
      # hide tokens before the answer is cut into pieces: a short piece of a token looks like a word
      message="$message $(sed 's/[A-Za-z0-9+/=_.~-]\{40,\}/[...]/g' "$HOME/answer" | what_it_said /dev/stdin)"
    fi
  fi
}

# Prints what to do about an error of curl, by its number: the same broken connection has many texts. $endpoints is what
# the cloud's part calls. https://curl.se/libcurl/c/libcurl-errors.html
network_advice() {
  case $1 in
  *'has expired'* | *'not yet valid'*) echo "set the clock of the node, or renew the certificate of the proxy" ;;
  *'curl: (60)'* | *'curl: (77)'*) echo "give the pod the CA of the proxy with caConfigMap" ;;
  *'curl: (1)'* | *'curl: (8)'* | *'curl: (61)'* | *'curl: (63)'*)
    echo "check that no proxy answers in place of $cloud" ;;
  *'curl: (23)'* | *'curl: (27)'*) echo "see the line above" ;;
  *) echo "let the pod reach $endpoints and the registry, through NAT or HTTPS_PROXY" ;;
  esac
}

# Ends the run after an answer that is not the expected one. $1 is the step, for the log.
fail_step() {
  take_message
  { echo "$1: $message" >"$HOME/said"; } 2>/dev/null || :
  fail_call "$hosts" "$HOME/said"
}

# Sets `value` to the token under the name $2 in the answer. $1 is the step, for the log.
take_token() {
  read_answer || fail_step "$1"
  if ! json_member "$2" || ! is_token "$value"; then fail_step "$1: no $2 in the answer"; fi
}

# Sets `json` to the answer. False if there is none or it is an error.
read_answer() {
  [ "$curl_status$http_status" = 0200 ] && [ -s "$HOME/answer" ] || return 1
  is_text <"$HOME/answer" || return 1
  json=$(cat "$HOME/answer")
  # a shell takes minutes to search a megabyte
  [ ${#json} -le 32768 ]
}

# True if $1 can be a token; it then needs no escaping in what we write.
is_token() {
  case $1 in '' | *[!A-Za-z0-9._~+/=-]*) return 1 ;; esac
}

# Sets `pod_token`, or fails.
read_pod_token() {
  pod_token=$(cat "$POD_TOKEN_FILE" 2>/dev/null) || pod_token=
  if ! is_token "$pod_token"; then
    fail "the pod has no token of its own for $cloud" \
      "check that the pod still has its volume pod-token: something changed the pod"
  fi
}

# shellcheck disable=SC2034 # read by refresh.sh
# Sets `token` from the password in `value`, and `expires` to $1.
take_login() {
  expires=$1
  token=$(printf '%s:%s' "$TOKEN_USERNAME" "$value" | base64 | tr -d '\n')
  rm -f "$HOME/answer"
}

finish() { :; }
