# AWS's part of the script: ECR tokens, by the AWS CLI. Reads from the environment:
#   IDENTITY             irsa, pod-identity, access-keys or ambient
#   ROLE_ARN             with irsa: the role
#   ENSURE_REPOSITORIES  <region>=<account>=<repository> ..., created where they are missing; may be unset
# The key of a request is a region.
cloud=AWS
token_title='ECR token'

identify() {
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
}

# One line a cause, exact ones before those that share their words: a call that was throttled names its operation too.
advice() {
  case $1 in
  *throttl* | *toomanyrequests* | *'rate exceeded'* | *'(serverexception'* | *'(service'* | *'(internal'* | *'occurred (5'*)
    echo "nothing, the next try comes by itself" ;;
  *'received non 200'*)
    echo "see that the service account has its pod identity association, and that the role trusts pods.eks.amazonaws.com" ;;
  *container-role*) echo "see that the add-on eks-pod-identity-agent runs on the node and can reach AWS" ;;
  *expired* | *'not yet current'*) echo "set the clock of the node; of an old token or key, renew it" ;;
  *openidconnect* | *'identity provider'*) echo "see that the account of the role has the cluster's OIDC identity provider, and that AWS can reach its issuer" ;;
  *assumerolewithwebidentity*) echo "let the role's trust policy name this service account" ;;
  *accessdenied* | *'not authorized'*) echo "give the identity the IAM policy of dist/aws" ;;
  *'unable to locate credentials'*) echo "give the pod an identity; for the node's role, a metadata hop limit of 2" ;;
  *invalidclienttokenid* | *unrecognizedclient* | *signaturedoesnotmatch* | *invalidsignature*)
    if [ "$IDENTITY" = access-keys ]; then echo "renew the access keys"; else echo "enable the region in the account"; fi ;;
  *'unable to connect'* | *'could not connect'* | *timeout* | *'timed out'* | *proxy* | *'no answer'* | *'connection was closed'*)
    echo "let the pod reach ecr and sts of the region, by NAT, VPC endpoint or HTTPS_PROXY" ;;
  *certificate* | *'ssl '*) echo "give the pod the CA of the proxy with caConfigMap" ;;
  *) echo "see the line before" ;;
  esac
}

fetch_token() {
  answer=$(limited aws ecr get-authorization-token --region "$1" --output text \
    --query 'authorizationData[0].[authorizationToken,expiresAt]' \
    --cli-connect-timeout 10 --cli-read-timeout 30 2>"$HOME/aws-stderr") || fail_call "$1" "$HOME/aws-stderr" $?
  refuse_long "$1" "$answer"
  # ISO 8601 from the AWS CLI v2, seconds from v1
  token=${answer%%"$tab"*}
  expires=${answer#*"$tab"}
}

# The repositories, where they are missing.
finish() {
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
      message=$(what_it_said "$HOME/aws-stderr")
      case $message in
      *RepositoryAlreadyExists*) ;;
      *) echo "$name: repository not created in $account, $region, the token goes on: $(shortened "$message")" ;;
      esac
    fi
  done
}
