#!/bin/sh
# Asks AWS for one ECR token per region and writes a complete push Secret per namespace, for the next container of the
# pod to apply. Nothing is written before every token is there and valid. No token is ever an argument of a program,
# nor part of what is logged. Needs the AWS CLI, coreutils and sed.
#
# The container's environment says what to do:
#   IDENTITY             irsa, pod-identity, access-keys or ambient
#   ROLE_ARN             with irsa: the role
#   REGISTRIES           <region>=<host> ..., those of one region one after the other
#   SECRET_NAME          the Secret
#   NAMESPACES           its namespaces
#   ENSURE_REPOSITORIES  <region>=<account>=<repository> ..., created where they are missing; may be unset
#   MANIFESTS_DIR        gets one file per namespace
#   HOME                 a folder to write to
#   REFRESH_NOW          the command that starts another run, for the log
#
# Kubernetes replaces a doubled dollar sign, and $(NAME) of a variable: there can be neither in here. A here-document
# needs a writable /tmp in old shells: there is none.
# A shell that was told to trace its commands would log the tokens.
set +x -euf
umask 077
LC_ALL=C
tab=$(printf '\t')

fail() {
  echo "FAILED: $1. Nothing was applied, a Secret that is there keeps its token. To do: $2. To refresh now: $REFRESH_NOW"
  exit 1
}

# A call that drips along would outlive the AWS CLI's own timeouts.
limited() {
  if command -v timeout >/dev/null; then timeout 120 "$@"; else "$@"; fi
}

# What the AWS CLI wrote to its stderr, on one line. What is long enough to be a credential is left out.
aws_message() {
  tail -c 4000 "$1" 2>/dev/null | tr -cs '[:print:]' ' ' | sed 's/^ //; s/ $//; s/[A-Za-z0-9+/=]\{40,\}/[...]/g'
}

# The beginning says what failed, the end of a long one too.
shortened() {
  if [ ${#1} -le 600 ]; then
    echo "$1"
  else
    echo "$(printf '%s' "$1" | cut -c 1-400) ... $(printf '%s' "$1" | tail -c 190)"
  fi
}

# What ends the pod from outside leaves it no last word.
echo "Refreshing the Secret $SECRET_NAME, identity: $IDENTITY. A log with neither OK nor FAILED at its end was cut off;" \
  "the Secret keeps its token. To do: see the events of the pod and of its Job"

# --- the right identity or none ---
case $IDENTITY in
irsa)
  unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
  unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
  if [ "${AWS_ROLE_ARN-}" != "$ROLE_ARN" ] || [ -z "${AWS_WEB_IDENTITY_TOKEN_FILE-}" ]; then
    fail "the pod has the role '${AWS_ROLE_ARN-}', not '$ROLE_ARN'" \
      "see that the pod identity webhook of EKS runs and the service account has its annotation eks.amazonaws.com/role-arn"
  fi
  ;;
pod-identity)
  unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE
  unset AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
  if [ -z "${AWS_CONTAINER_CREDENTIALS_FULL_URI-}" ]; then
    fail "the pod has no EKS Pod Identity" \
      "see that the add-on eks-pod-identity-agent runs and the service account has its pod identity association"
  fi
  ;;
access-keys)
  unset AWS_SESSION_TOKEN AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE
  unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
  # Files end with a newline, and so do Secrets made from them.
  AWS_ACCESS_KEY_ID=$(printf '%s' "${AWS_ACCESS_KEY_ID-}" | tr -d '[:space:]')
  AWS_SECRET_ACCESS_KEY=$(printf '%s' "${AWS_SECRET_ACCESS_KEY-}" | tr -d '[:space:]')
  export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
  if [ -z "$AWS_ACCESS_KEY_ID" ] || [ -z "$AWS_SECRET_ACCESS_KEY" ]; then
    fail "the Secret with the access keys has an empty AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY" "fill it"
  fi
  ;;
ambient) ;;
*) fail "IDENTITY is '$IDENTITY'" "write irsa, pod-identity, access-keys or ambient" ;;
esac

# --- all tokens, or none ---
advice() {
  case $1 in
  *hrottl* | *TooManyRequests* | *'Rate exceeded'* | *'(ServerException'* | *'(Service'* | *'(Internal'* | *'occurred (5'*)
    echo "nothing, the next try comes by itself" ;;
  *'Received non 200'*)
    echo "see that the service account has its pod identity association, and that the role trusts pods.eks.amazonaws.com" ;;
  *container-role*) echo "see that the add-on eks-pod-identity-agent runs on the node and can reach AWS" ;;
  *expired* | *Expired* | *'not yet current'*) echo "set the clock of the node; of an old token or key, renew it" ;;
  *OpenIDConnect* | *'identity provider'*) echo "see that the account of the role has the cluster's OIDC identity provider, and that AWS can reach its issuer" ;;
  *AssumeRoleWithWebIdentity*) echo "let the role's trust policy name this service account" ;;
  *AccessDenied* | *'not authorized'*) echo "give the identity the IAM policy of dist/aws" ;;
  *'Unable to locate credentials'*) echo "give the pod an identity; for the node's role, a metadata hop limit of 2" ;;
  *InvalidClientTokenId* | *UnrecognizedClient* | *SignatureDoesNotMatch* | *InvalidSignature*)
    if [ "$IDENTITY" = access-keys ]; then echo "renew the access keys"; else echo "enable the region in the account"; fi ;;
  *'nable to connect'* | *'ould not connect'* | *imeout* | *'timed out'* | *roxy* | *'no answer'* | *'onnection was closed'*)
    echo "let the pod reach ecr and sts of the region, by NAT, VPC endpoint or HTTPS_PROXY" ;;
  *CERTIFICATE* | *'SSL '*) echo "give the pod the CA of the proxy with caConfigMap" ;;
  *) echo "see the line before" ;;
  esac
}

# Sets token and expires.
fetch_token() {
  if ! answer=$(limited aws ecr get-authorization-token --region "$1" --output text \
    --query 'authorizationData[0].[authorizationToken,expiresAt]' \
    --cli-connect-timeout 10 --cli-read-timeout 30 2>"$HOME/aws-stderr"); then
    message=$(aws_message "$HOME/aws-stderr")
    # not a word of it either where there was no space for one
    if [ -z "$message" ] && ! { echo >"$HOME/aws-stderr"; } 2>/dev/null; then
      fail "the volume $HOME is full or cannot be written to" "give the volume tmp a larger sizeLimit"
    fi
    : "${message:=no answer within two minutes}"
    echo "$1: $(shortened "$message")"
    fail "AWS gave no ECR token for $1" "$(advice "$message")"
  fi
  token=${answer%%"$tab"*}
  expires=${answer#*"$tab"}
  { decoded=$(printf '%s' "$token" | base64 -d); } 2>/dev/null || decoded=
  # printable, AWS:<something>, and canonical base64, so that neither shell nor JSON syntax can be in it
  case $decoded in
  *[!!-~]*) decoded= ;;
  AWS:?*) [ "$(printf '%s' "$decoded" | base64 | tr -d '\n')" = "$token" ] || decoded= ;;
  *) decoded= ;;
  esac
  case $expires in
  '' | None | *[!0-9A-Z:.+-]*) decoded= ;;
  *[!0-9.]*) ;;
  # AWS CLI v1: seconds
  *) expires=$(date -u -d "@${expires%%.*}" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null) || decoded= ;;
  esac
  if [ -z "$decoded" ]; then
    fail "what AWS answered for $1 is no ECR token" "see that the AWS endpoint and the proxy between are the real ones"
  fi
}

auths=
previous=
earliest=
for registry in $REGISTRIES; do
  region=${registry%%=*}
  host=${registry#*=}
  if [ "$region" != "$previous" ]; then fetch_token "$region"; fi
  previous=$region
  auths="$auths${auths:+,}\"$host\":{\"auth\":\"$token\"}"
  earliest=$(printf '%s\n' "$expires" ${earliest:+"$earliest"} | sort | head -n 1)
  echo "$host: new token, expires $expires"
done

# --- the manifests ---
config=$(printf '{"auths":{%s}}' "$auths" | base64 | tr -d '\n')
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
# The labels are fixed: with those of a Helm release or an Argo CD application, these would take the Secret for theirs.
write_manifest() {
  manifest=$(printf '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"%s","namespace":"%s",%s,%s},%s,%s}' \
    "$SECRET_NAME" "$1" '"labels":{"app.kubernetes.io/managed-by":"ecr-token-refresher"}' \
    "\"annotations\":{\"ecr-token/refreshed-at\":\"$now\",\"ecr-token/expires-at\":\"$earliest\"}" \
    '"type":"kubernetes.io/dockerconfigjson"' "\"data\":{\".dockerconfigjson\":\"$config\"}")
  printf '%s\n' "$manifest" >"$MANIFESTS_DIR/$1.partial" && [ "$(cat "$MANIFESTS_DIR/$1.partial")" = "$manifest" ]
}
for namespace in $NAMESPACES; do
  if ! { write_manifest "$namespace"; } 2>/dev/null; then
    for written in $NAMESPACES; do rm -f "$MANIFESTS_DIR/$written.partial"; done
    fail "the volume $MANIFESTS_DIR is full or cannot be written to" "give the volume manifests a larger sizeLimit"
  fi
done
for namespace in $NAMESPACES; do mv "$MANIFESTS_DIR/$namespace.partial" "$MANIFESTS_DIR/$namespace.json"; done

# --- the repositories, which never cost the token ---
for repository in ${ENSURE_REPOSITORIES-}; do
  region=${repository%%=*}
  name=${repository##*=}
  account=${repository#*=}
  account=${account%%=*}
  if limited env AWS_MAX_ATTEMPTS=1 aws ecr create-repository --region "$region" --registry-id "$account" \
    --repository-name "$name" --output text --cli-connect-timeout 5 --cli-read-timeout 10 \
    >/dev/null 2>"$HOME/aws-stderr"; then
    echo "$name: repository created in $account, $region"
  else
    message=$(aws_message "$HOME/aws-stderr")
    case $message in
    *RepositoryAlreadyExists*) ;;
    *) echo "$name: repository not created in $account, $region, the token goes on: $(shortened "$message")" ;;
    esac
  fi
done
echo "OK. The container kubectl now applies the Secret $SECRET_NAME in: $NAMESPACES. Where it fails, the Secret keeps its" \
  "token. To do where it says 'field is immutable': delete the Secret that is there, no refresh can change it; 'not" \
  "found' or 'forbidden': create the namespace and apply the refresher's manifests again; anything else: nothing, the" \
  "next try comes by itself. To refresh now: $REFRESH_NOW"
