#!/bin/sh
# The first part of two scripts: of the container that asks for tokens, whose last part is refresh.sh, and of the one
# that asks whether they may push, whose last part is check-push.sh. The cloud's parts stand between. No token is ever
# an argument of a program, nor part of what is logged. Needs a POSIX shell, coreutils (or busybox) and sed.
#
# For both scripts the cloud has set the variables `cloud` and `token_title`, and these functions:
#   identify     checks that the pod has the identity which it was given, or fails
#   advice TEXT  prints what to do about a message, which it gets in lower case
#
# The container's environment says what to do, beside what the cloud's parts read from it:
#   REQUESTS        <key>=<host> ..., those of one key one after the other: one token is fetched for each key
#   TOKEN_USERNAME  the user name that the tokens log in with
#   PUSH_TARGETS    <key>=<host>/<path> ..., the repositories to ask for; may be unset
#   RUNS_EVERY      the seconds from one run to the next; unset if the end of the cloud's tokens is not looked at
#   SECRET_NAME     the Secret
#   NAMESPACES      its namespaces
#   MANIFESTS_DIR   gets one file per namespace
#   HOME            a folder to write to
#   IDENTITY        how the pod authenticates, for the log; each cloud sets it
#   REFRESH_NOW     the command that starts another run, for the log
#
# Kubernetes replaces a doubled dollar sign, and $(NAME) of a variable: there can be neither in here. A here-document
# needs a writable /tmp in old shells: there is none.
# A shell that was told to trace its commands would log the tokens.
set +x -euf
umask 077
LC_ALL=C
tab=$(printf '\t')

# The last part of each script sets `outcome`: what has become of the Secret.
fail() {
  echo "FAILED: $1. $outcome. To do: $2. To refresh now: $REFRESH_NOW"
  exit "${status:-1}"
}

# A call that drips along would outlive its program's own timeouts.
limited() {
  if command -v timeout >/dev/null; then timeout 120 "$@"; else "$@"; fi
}

# What a program wrote to its stderr, on one line. What is long enough to be a credential is left out. (busybox knows no
# [:print:].)
what_it_said() {
  tail -c 4000 "$1" 2>/dev/null | tr -cs '\040-\176' ' ' | sed 's/^ //; s/ $//; s/[A-Za-z0-9+/=]\{40,\}/[...]/g'
}

# The beginning says what failed, the end of a long one too.
shortened() {
  if [ ${#1} -le 600 ]; then
    echo "$1"
  else
    echo "$(printf '%s' "$1" | cut -c 1-400) ... $(printf '%s' "$1" | tail -c 190)"
  fi
}

# What to do about a message, by the cloud's table.
what_to_do() {
  advice "$(printf '%s' "$1" | tr '[:upper:]' '[:lower:]')"
}

# Ends the run for a call that failed; $2 is its stderr.
fail_call() {
  message=$(what_it_said "$2")
  # not a word of it either where there was no space for one
  if [ -z "$message" ] && ! { echo >"$2"; } 2>/dev/null; then
    fail "the volume $HOME is full or cannot be written to" "give the volume tmp a larger sizeLimit"
  fi
  : "${message:=no answer within two minutes}"
  echo "$1: $(shortened "$message")"
  fail "$cloud gave no $token_title for $1" "$(what_to_do "$message")"
}
