#!/bin/sh
# The first part of two scripts. The script that asks for tokens ends with refresh.sh. The script that asks whether they
# may push ends with check-push.sh. The cloud's parts come in between. No token is ever a program's argument or part of
# the log. Needs a POSIX shell, coreutils (or busybox) and sed.
#
# The cloud's parts set the variables `cloud` and `token_title` for both scripts, and these functions:
#   identify     checks that the pod has the identity which it was given, or fails
#   advice TEXT  prints what to do about a message, which it gets in lower case
#
# Both scripts read these environment variables; the cloud's parts read more:
#   REQUESTS        <key>=<host> ..., those of one key one after the other: one token is fetched for each key
#   TOKEN_USERNAME  the user name that the tokens log in with
#   PUSH_TARGETS    <key>=<host>/<path> ..., the repositories to ask for; may be unset
#   SECRET_NAME     the Secret
#   NAMESPACES      its namespaces
#   MANIFESTS_DIR   gets one file per namespace
#   NEXT_RUN        how long the next run can be away, in minutes
#   HOME            a folder to write to
#   IDENTITY        how the pod authenticates, for the log; each cloud sets it
#   REFRESH_NOW     the command that starts another run, for the log
#
# Don't write a doubled dollar sign or $(NAME) with a variable's name: Kubernetes replaces both. Don't use a
# here-document: old shells need a writable /tmp for it. A shell that traces its commands would log the tokens, and one
# that exports all its variables would pass them to every program: switch both off.
set +x +a -euf
umask 077
LC_ALL=C
# A variable that the environment already has stays exported, so unset those that the script may use. They all have
# lower-case names, which only the proxy variables need.
for name in $(env | sed -n '/^[a-z]*_proxy=/!s/^\([a-z_][A-Za-z0-9_]*\)=.*/\1/p'); do unset "$name"; done
tab=$(printf '\t')

# The last part of each script sets `outcome`: what happened to the Secret.
fail() {
  echo "FAILED: $1. $outcome. To do: $2. To refresh now: $REFRESH_NOW"
  exit "${status:-1}"
}

# A call that receives its answer very slowly would outlive its program's own timeouts.
limited() {
  if command -v timeout >/dev/null; then timeout 120 "$@"; else "$@"; fi
}

# Prints on one line what a program wrote to its stderr, the file $1, and what its exit status $2 means. Leaves out what
# is long enough to be a credential.
what_it_said() {
  said=$(tail -c 4000 "$1" 2>/dev/null | tr -cs ' -~' ' ' | sed 's/^ //; s/ $//; s/[A-Za-z0-9+/=]\{40,\}/[...]/g')
  case ${2-} in
  124) said="no answer within two minutes${said:+, after }$said" ;;
  # Only the kernel sends SIGKILL in here.
  137) said="the program was killed (status 137), probably because it ran out of memory${said:+, after }$said" ;;
  esac
  echo "${said:-"it ended with status ${2-1} and no message"}"
}

# The beginning says what failed; in a long message, so does the end.
shortened() {
  if [ ${#1} -le 600 ]; then
    echo "$1"
  else
    echo "$(printf '%s' "$1" | cut -c 1-400) ... $(printf '%s' "$1" | tail -c 190)"
  fi
}

# Prints what to do about a message, from the cloud's table.
what_to_do() {
  # shellcheck disable=SC2018,SC2019 # the busybox of Debian knows no classes of characters
  case $1 in
  *'the program was killed (status 137)'*) echo "give the container a larger memory limit" ;;
  *) advice "$(printf '%s' "$1" | tr A-Z a-z)" ;;
  esac
}

# Ends the run after a call that failed; $2 is its stderr, $3 its exit status.
fail_call() {
  # an empty file means that there was no space to write to it
  if ! { [ -f "$2" ] && [ -s "$2" ]; } && ! { echo >"$2"; } 2>/dev/null; then
    fail "the volume $HOME is full or cannot be written to" "give the volume tmp a larger sizeLimit"
  fi
  message=$(what_it_said "$2" "${3-}")
  echo "$1: $(shortened "$message")"
  fail "$cloud gave no $token_title for $1" "$(what_to_do "$message")"
}

# Ends the run after an answer without a token.
no_token() {
  fail "the answer of $cloud for $1 is not a valid $token_title" "check that the $cloud endpoint, and any proxy on the way to it, are the real ones"
}

# Ends the run after an answer that is longer than any token, as a shell takes minutes to search a megabyte. Each cloud
# calls it before it parses an answer.
refuse_long() {
  if [ ${#2} -gt 32768 ]; then no_token "$1"; fi
}

# Prints when a token expires, in seconds since 1970, or nothing if the time is not valid. Takes seconds, or ISO 8601
# with a zone, which the `date` of busybox cannot read.
seconds_of() {
  case $1 in
  *[!0-9TZ:.+-]*) return ;;
  *[!0-9.]*) ;;
  *) printf '%s\n' "$1" | sed -nE 's/^([1-9][0-9]{0,11})(\.[0-9]*)?$/\1/p' && return ;;
  esac
  # shellcheck disable=SC2046 # splits into words on purpose
  set -- $(printf '%s\n' "$1" | sed -nE 's/\.[0-9]+//; s/Z$/+00:00/
    s/^([2-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):([0-5][0-9]):([0-6][0-9])([+-])([01][0-9]):?([0-5][0-9])$/\1 1\2 1\3 1\4 1\5 1\6 \71 1\8 1\9/p')
  [ $# = 9 ] || return 0
  # The 1 before each number keeps the shell from reading 08 as octal. The year begins in March here, so that a leap day
  # is its last day.
  year=$1
  month=$(($2 - 100))
  if [ "$month" -lt 3 ]; then
    year=$((year - 1))
    month=$((month + 12))
  fi
  days=$((365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + $3 - 100 - 719469))
  echo $((days * 86400 + ($4 - 100) * 3600 + ($5 - 100) * 60 + $6 - 100 - ($7 * (($8 - 100) * 3600 + ($9 - 100) * 60))))
}
