# The push check that works with every registry. It begins an upload, as a push does, with the same token that is in the
# Secret, and cancels it. Nothing is uploaded. The cloud's part sets what to do if the answer is no:
#   denied TEXT   prints what to do about a refusal, which it gets in lower case
#   todo_missing

may_push() {
  repository=${1#*=}
  host=${repository%%/*}
  hosts=$host
  uploads="https://$host/v2/${repository#*/}/blobs/uploads/"
  answer=unknown
  basic=$(basic_login "$host") || basic=
  if ! is_token "$basic"; then
    message='the Secret that was just written has no token for this registry'
    todo='nothing, the refresher retries by itself'
  elif begin_upload; then
    case $http_status in
    202)
      answer=yes
      cancel_upload
      ;;
    401 | 403)
      answer=no
      take_message
      # shellcheck disable=SC2018,SC2019 # the busybox of Debian knows no classes of characters
      todo=$(denied "$(printf '%s' "$message" | tr A-Z a-z)")
      ;;
    404)
      answer=no
      take_message
      todo=$todo_missing
      ;;
    *) no_answer ;;
    esac
  else
    no_answer
  fi
}

no_answer() {
  take_message
  todo=$(what_to_do "$message")
}

# Prints the login from the manifest that the previous container applied.
basic_login() {
  secret=$(cat "$MANIFESTS_DIR/${NAMESPACES%% *}.json") || return 1
  secret=${secret##*\".dockerconfigjson\":\"}
  secret=$(printf '%s' "${secret%%\"*}" | base64 -d) || return 1
  case $secret in *"\"$1\":{\"auth\":\""*) ;; *) return 1 ;; esac
  secret=${secret#*"\"$1\":{\"auth\":\""}
  echo "${secret%%\"*}"
}

# Asks without a login first, so that the registry says where to get a token. False if there was no answer.
begin_upload() {
  authorization=
  ask "url = \"$uploads\"" 'request = "POST"' 'header = "Content-Length: 0"' || return 1
  [ "$http_status" = 401 ] || return 0
  challenge=$(header www-authenticate)
  case $challenge in
  [Bb][Ee][Aa][Rr][Ee][Rr]\ *)
    realm=$(challenge_part realm)
    service=$(challenge_part service)
    # send the login only to the registry itself
    case $realm in "https://$host/"*) ;; *)
      curl_status=1
      echo "the registry sends the login to another host, $(shortened "$realm")" >"$HOME/curl-stderr"
      return 1
      ;;
    esac
    ask_for_bearer pull,push || return 1
    case $http_status in 200) ;; *) return 0 ;; esac
    take_bearer || return 1
    ;;
  *) authorization="Basic $basic" ;;
  esac
  ask "url = \"$uploads\"" 'request = "POST"' 'header = "Content-Length: 0"' \
    "header = \"Authorization: $authorization\""
}

ask_for_bearer() {
  ask "url = \"$realm\"" get "data-urlencode = \"service=$service\"" \
    "data-urlencode = \"scope=repository:${repository#*/}:$1\"" "header = \"Authorization: Basic $basic\""
}

take_bearer() {
  if ! read_answer || ! json_member token; then return 1; fi
  if [ -z "$value" ]; then json_member access_token || return 1; fi
  is_token "$value" || return 1
  authorization="Bearer $value"
}

# Cancelling may fail: the registry drops an abandoned upload after some time.
cancel_upload() {
  location=$(header location)
  case $location in
  '' | //*) return 0 ;;
  /*) location=https://$host$location ;;
  "https://$host/"*) ;;
  *://*) return 0 ;;
  *) location=$uploads$location ;;
  esac
  delete_upload || return 0
  # Docker's own registry needs a token with the action delete
  case $http_status:$authorization in 401:Bearer*) ;; *) return 0 ;; esac
  if ask_for_bearer delete && take_bearer; then delete_upload || return 0; fi
}

delete_upload() {
  ask "url = \"$location\"" 'request = "DELETE"' ${authorization:+"header = \"Authorization: $authorization\""}
}

# Prints a header of the answer. Skips a value that could break out of the quotes in curl's configuration.
header() {
  line=$(tr -d '\r' <"$HOME/headers" | sed -n "s/^$1: *//Ip" | tail -n 1)
  case $line in *[!\ -~]* | *\\*) return 0 ;; esac
  echo "$line"
}

challenge_part() {
  case ,$challenge in
  *[,\ ]"$1=\""*)
    part=${challenge#*"$1=\""}
    echo "${part%%\"*}"
    ;;
  esac
}
