# The last part of the script of the push check: asks for each repository whether the identity may push to it.
#
# The cloud's part has set, beside what refresh.sh asks of it, the function
#   may_push TARGET   sets `answer` to yes, no or unknown; if not yes, also `message` and `todo`. It pushes nothing.
#
# The Secret is written by now, whatever the answer is: what only pulls goes on.

outcome="The Secret $SECRET_NAME has a fresh token, so that pulls go on"
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
    echo "$repository: no answer whether it may push: $(shortened "$message")"
    unanswered="$unanswered${unanswered:+; }$repository: $todo"
    ;;
  esac
done
if [ -n "$refused" ]; then
  # the Job ends at once with this status: a further try gets the same answer
  status=3
  fail "the token may not push" "$refused"
fi
if [ -n "$unanswered" ]; then
  fail "the registry did not say whether the token may push" "$unanswered"
fi
# Google hands out what is left of an old token: a further try, some minutes later, gets a new one.
if [ -n "${repeats_tokens-}" ]; then
  manifest=$(cat "$MANIFESTS_DIR/${NAMESPACES%% *}.json")
  expires=${manifest#*\"push-secret/expires-at\":\"}
  expires=${expires%%\"*}
  if [ $((($(seconds_of "$expires") - $(date +%s)) / 60)) -le "$NEXT_RUN" ]; then
    fail "the token may push, but it ends at $expires, before the next run" "nothing, the next try comes by itself"
  fi
fi
echo "OK. The token is fresh and may push."
