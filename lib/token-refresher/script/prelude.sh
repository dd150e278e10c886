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
#   SECRET_NAME     the Secret
#   NAMESPACES      its namespaces
#   MANIFESTS_DIR   gets one file per namespace
#   NEXT_RUN        how long the next run can be away, in minutes
#   HOME            a folder to write to
#   IDENTITY        how the pod authenticates, for the log; each cloud sets it
#   REFRESH_NOW     the command that starts another run, for the log
#
# Kubernetes replaces a doubled dollar sign, and $(NAME) of a variable: there can be neither in here. A here-document
# needs a writable /tmp in old shells: there is none.
# A shell that was told to trace its commands would log the tokens, one that exports all would hand them to every program.
set +x +a -euf
umask 077
LC_ALL=C
# So would a variable of the script that the environment has already: it stays exported. They all have lower-case names,
# which nothing in the environment needs but the proxies.
for name in $(env | sed -n '/^[a-z]*_proxy=/!s/^\([a-z_][A-Za-z0-9_]*\)=.*/\1/p'); do unset "$name"; done
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

# What a program wrote to the file $1 as its stderr, on one line, and what its exit status $2 means. What is long enough
# to be a credential is left out.
what_it_said() {
  said=$(tail -c 4000 "$1" 2>/dev/null | tr -cs ' -~' ' ' | sed 's/^ //; s/ $//; s/[A-Za-z0-9+/=]\{40,\}/[...]/g')
  case ${2-} in
  124) said="no answer within two minutes${said:+, after }$said" ;;
  # Only the kernel kills in here.
  137) said="the program was killed (status 137), most likely for want of memory${said:+, after }$said" ;;
  esac
  echo "${said:-"it ended with status ${2-1} and said nothing"}"
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
  # shellcheck disable=SC2018,SC2019 # the busybox of Debian knows no classes of characters
  case $1 in
  *'the program was killed (status 137)'*) echo "give the container a larger memory limit" ;;
  *) advice "$(printf '%s' "$1" | tr A-Z a-z)" ;;
  esac
}

# Ends the run for a call that failed; $2 is its stderr, $3 its exit status.
fail_call() {
  # not a word where there was no space for one
  if ! { [ -f "$2" ] && [ -s "$2" ]; } && ! { echo >"$2"; } 2>/dev/null; then
    fail "the volume $HOME is full or cannot be written to" "give the volume tmp a larger sizeLimit"
  fi
  message=$(what_it_said "$2" "${3-}")
  echo "$1: $(shortened "$message")"
  fail "$cloud gave no $token_title for $1" "$(what_to_do "$message")"
}

# Ends the run for an answer without a token.
no_token() {
  fail "what $cloud answered for $1 is no $token_title" "see that the $cloud endpoint and the proxy between are the real ones"
}

# The same for one that is longer than any token: a shell takes minutes to look through a megabyte. For each cloud to
# call before it takes an answer apart.
refuse_long() {
  if [ ${#2} -gt 32768 ]; then no_token "$1"; fi
}

# Prints when a token ends, in seconds since 1970; nothing where the time is none. Takes seconds, and ISO 8601 with its
# zone: the `date` of busybox does not read that.
seconds_of() {
  case $1 in
  *[!0-9TZ:.+-]*) return ;;
  *[!0-9.]*) ;;
  *) printf '%s\n' "$1" | sed -nE 's/^([1-9][0-9]{0,11})(\.[0-9]*)?$/\1/p' && return ;;
  esac
  # shellcheck disable=SC2046 # to be split
  set -- $(printf '%s\n' "$1" | sed -nE 's/\.[0-9]+//; s/Z$/+00:00/
    s/^([2-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):([0-5][0-9]):([0-6][0-9])([+-])([01][0-9]):?([0-5][0-9])$/\1 1\2 1\3 1\4 1\5 1\6 \71 1\8 1\9/p')
  [ $# = 9 ] || return 0
  # The 1 before each number keeps 08 from being an octal one. A year begins in March here: a leap day is its last.
  year=$1
  month=$(($2 - 100))
  if [ "$month" -lt 3 ]; then
    year=$((year - 1))
    month=$((month + 12))
  fi
  days=$((365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + $3 - 100 - 719469))
  echo $((days * 86400 + ($4 - 100) * 3600 + ($5 - 100) * 60 + $6 - 100 - ($7 * (($8 - 100) * 3600 + ($9 - 100) * 60))))
}
