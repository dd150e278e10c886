# The last part of the script of the push check: asks for each repository whether the identity may push to it.
#
# Besides what prelude.sh lists, the cloud's part has set this function:
#   may_push TARGET   sets `answer` to yes, no or unknown; if not yes, also `message` and `todo`. It pushes nothing.
#
# The Secret is already written, whatever the answer is, so that pulls keep working.

outcome="The Secret $SECRET_NAME has a fresh token, so pulls keep working"
identify
refused=
unanswered=
for target in $PUSH_TARGETS; do
  repository=${target#*=}
  may_push "$target"
  case $answer in
  yes) echo "$repository: may push" ;;
  no)
    echo "$repository: may not push: $(shortened "$message")"
    refused="$refused${refused:+; }$repository: $todo"
    ;;
  *)
    echo "$repository: the registry did not say whether it may push: $(shortened "$message")"
    unanswered="$unanswered${unanswered:+; }$repository: $todo"
    ;;
  esac
done
if [ -n "$refused" ]; then
  # this status ends the Job at once, as a retry would get the same answer
  status=3
  fail "the token may not push" "$refused"
fi
if [ -n "$unanswered" ]; then
  fail "the registry did not say whether the token may push" "$unanswered"
fi
# Google's metadata server may return an older token: a retry some minutes later gets a new one.
if [ -n "${repeats_tokens-}" ]; then
  manifest=$(cat "$MANIFESTS_DIR/${NAMESPACES%% *}.json")
  expires=${manifest#*\"push-secret/expires-at\":\"}
  expires=${expires%%\"*}
  if [ $((($(seconds_of "$expires") - $(date +%s)) / 60)) -le "$NEXT_RUN" ]; then
    fail "the token may push, but it expires at $expires, before the next run" "nothing, the refresher retries by itself"
  fi
fi
echo "OK. The token is fresh and may push."
