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
      ;;
    colon::*) expect=value rest=${rest#?} ;;
    value:\"* | item:\"*)
      json_string || return 1
      json_found || return 1
      ;;
    value:* | item:*)
      text=${rest%%[!A-Za-z0-9.+-]*}
      rest=${rest#"$text"}
      case $text in
      true | false | null) text= ;;
      *) json_number "$text" || return 1 ;;
      esac
      json_found || return 1
      ;;
    *) return 1 ;;
    esac
  done
}

skip_space() {
  rest=${rest#"${rest%%[!"$tab$line_feed$carriage_return "]*}"}
}

json_close() {
  case $stack in "$1"*) ;; *) return 1 ;; esac
  stack=${stack#?} expect=next rest=${rest#?}
}

# Takes `text` as the value if its name is the wanted one.
json_found() {
  expect=next
  if [ "$stack" = o ] && [ "$name" = "$wanted" ]; then
    [ -z "$found" ] || return 1
    found=yes value=$text
  fi
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
    \\[\"\\/]*)
      rest=${rest#?}
      text=$text${rest%"${rest#?}"}
      rest=${rest#?}
      ;;
    \\[bfnrt]*) text=$text$tab rest=${rest#??} ;;
    \\u[0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f]*)
      rest=${rest#??}
      code=${rest%"${rest#????}"}
      rest=${rest#????}
      case $code in
      00[2-7]?) text=$text$(printf '%b' "\\0$(printf '%o' "0x$code")") ;;
      *) text=$text$tab ;;
      esac
      ;;
    *) return 1 ;;
    esac
  done
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
  json=$(printf '%s' "$part" | tr '_-' '/+' | base64 -d 2>/dev/null) || return 1
  json_member exp || return 1
  case $value in '' | *[!0-9]* | ????????????*) return 1 ;; esac
}
