# A strict JSON reader, for the clouds that need only curl and a shell.

carriage_return=$(printf '\r')
line_feed=$(printf '\nx')
line_feed=${line_feed%x}

# Sets `value` to the string or number under the name $1 at the top level of the object in `json`, or to nothing if the
# object has no such name. False if `json` is not an object, is not valid JSON, or has the name twice: no cloud wrote
# that.
json_member() {
  wanted=$1 rest=$json stack='' expect=value value='' found='' name=''
  skip_space
  case $rest in \{*) ;; *) return 1 ;; esac
  while :; do
    skip_space
    case $expect:$rest in
    next:)
      [ -z "$stack" ]
      return
      ;;
    value:\{* | item:\{*) stack=o$stack expect=first rest=${rest#?} ;;
    value:\[* | item:\[*) stack=a$stack expect=item rest=${rest#?} ;;
    first:\}* | next:\}*) json_close o || return 1 ;;
    item:\]* | next:\]*) json_close a || return 1 ;;
    next:,*)
      case $stack in o*) expect=name ;; a*) expect=value ;; *) return 1 ;; esac
      rest=${rest#?}
      ;;
    first:\"* | name:\"*)
      json_string || return 1
      name=$text expect=colon
      if [ "$stack" = o ] && [ "$name" = "$wanted" ]; then
        [ -z "$found" ] || return 1
        found=yes
      fi
      ;;
    colon::*) expect=value rest=${rest#?} ;;
    value:\"* | item:\"*)
      json_string || return 1
      json_scalar
      ;;
    value:* | item:*)
      text=${rest%%[!A-Za-z0-9.+-]*}
      rest=${rest#"$text"}
      case $text in
      true | false | null) text= ;;
      *) json_number "$text" || return 1 ;;
      esac
      json_scalar
      ;;
    *) return 1 ;;
    esac
  done
}

# Whether its input has no control character but white space, as in JSON: a shell drops a NUL without a word.
is_text() {
  [ -z "$(tr -d '\t\n\r\040-\176\200-\377' | od -A n -t x1)" ]
}

skip_space() {
  rest=${rest#"${rest%%[!"$tab$line_feed$carriage_return "]*}"}
}

json_close() {
  case $stack in "$1"*) ;; *) return 1 ;; esac
  stack=${stack#?} expect=next rest=${rest#?}
}

# Takes `text` as the value if its name is the wanted one.
json_scalar() {
  expect=next
  if [ "$stack" = o ] && [ "$name" = "$wanted" ]; then value=$text; fi
}

# Moves a string from `rest` to `text`. Characters that no wanted value may contain, such as a line feed, become tabs.
json_string() {
  rest=${rest#?} text=''
  while :; do
    part=${rest%%[\"\\]*}
    [ "$part" != "$rest" ] || return 1
    case $part in *["$tab$line_feed$carriage_return"]*) return 1 ;; esac
    text=$text$part rest=${rest#"$part"}
    case $rest in
    \"*)
      rest=${rest#?}
      return
      ;;
    \\\"*) text=$text\" rest=${rest#??} ;;
    \\\\*) text=$text\\ rest=${rest#??} ;;
    \\/*) text=$text/ rest=${rest#??} ;;
    \\[bfnrt]*) text=$text$tab rest=${rest#??} ;;
    \\u[0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f]*)
      rest=${rest#??}
      json_character
      ;;
    *) return 1 ;;
    esac
  done
}

# Moves the character with the code at the beginning of `rest` to `text`. It is found by what `rest` begins with: a
# program for each, or what is left of `rest` as a pattern, would take minutes for a long answer.
json_character() {
  case $rest in
  002*) row=" !\"#\$%&'()*+,-./" ;;
  003*) row='0123456789:;<=>?' ;;
  004*) row=@ABCDEFGHIJKLMNO ;;
  005*) row='PQRSTUVWXYZ[\]^_' ;;
  006*) row=\`abcdefghijklmno ;;
  007*) row="pqrstuvwxyz{|}~$tab" ;;
  *) row=$tab$tab$tab$tab$tab$tab$tab$tab$tab$tab$tab$tab$tab$tab$tab$tab ;;
  esac
  rest=${rest#???}
  for digit in 0 1 2 3 4 5 6 7 8 9 '[aA]' '[bB]' '[cC]' '[dD]' '[eE]'; do
    # shellcheck disable=SC2254 # a pattern
    case $rest in $digit*) break ;; esac
    row=${row#?}
  done
  rest=${rest#?} text=$text${row%"${row#?}"}
}

json_number() {
  number=${1#-}
  digits=${number%%[!0-9]*}
  number=${number#"$digits"}
  case $digits in '' | 0?*) return 1 ;; esac
  case $number in
  .*)
    number=${number#.}
    digits=${number%%[!0-9]*}
    number=${number#"$digits"}
    [ -n "$digits" ] || return 1
    ;;
  esac
  case $number in
  [eE]*)
    number=${number#?}
    number=${number#[+-]}
    case $number in '' | *[!0-9]*) return 1 ;; esac
    ;;
  ?*) return 1 ;;
  esac
}

# Sets `value` to the time when a JWT expires, in seconds since 1970.
jwt_end() {
  case $1 in *[!A-Za-z0-9._-]* | *.*.*.*) return 1 ;; *.*.*) ;; *) return 1 ;; esac
  part=${1#*.}
  part=${part%%.*}
  case $((${#part} % 4)) in 2) part=$part== ;; 3) part=$part= ;; esac
  part=$(printf '%s' "$part" | tr '_-' '/+')
  { printf '%s' "$part" | base64 -d | is_text; } 2>/dev/null || return 1
  json=$(printf '%s' "$part" | base64 -d 2>/dev/null) || return 1
  json_member exp || return 1
  case $value in '' | *[!0-9]* | ????????????*) return 1 ;; esac
}
