# AWS's part of both scripts: the identity, and what to do about messages from the AWS CLI. Reads from the environment:
#   IDENTITY  irsa, pod-identity, access-keys or ambient
cloud=AWS
token_title='ECR token'

identify() {
  case $IDENTITY in
  irsa)
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
    if [ -z "${AWS_ROLE_ARN-}" ] || [ ! -s "${AWS_WEB_IDENTITY_TOKEN_FILE-}" ]; then
      fail "the pod has no token of its own for AWS" \
        "check that the pod still has its volume pod-token: something changed the pod"
    fi
    ;;
  pod-identity)
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE
    unset AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
    if [ -z "${AWS_CONTAINER_CREDENTIALS_FULL_URI-}" ]; then
      fail "the pod has no EKS Pod Identity" \
        "check that the add-on eks-pod-identity-agent runs, and that the service account has a pod identity association"
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
      fail "the Secret with the access keys has an empty AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY" "put both keys into the Secret"
    fi
    ;;
  ambient) ;;
  *) fail "IDENTITY has the unknown value '$IDENTITY'" "set it to irsa, pod-identity, access-keys or ambient" ;;
  esac
}

# One line per cause. Specific causes come before general ones that share their words: a throttled call also names its
# operation.
advice() {
  case $1 in
  *throttl* | *toomanyrequests* | *'rate exceeded'* | *'(serverexception'* | *'(service'* | *'(internal'* | *'occurred (5'*)
    echo "nothing, the refresher retries by itself" ;;
  *'incorrect token audience'*)
    echo "add sts.amazonaws.com to the audiences (client ids) of the cluster's OIDC identity provider in the role's account" ;;
  *regiondisabled* | *'sts is not activated'*)
    echo "activate STS for this region in the account that the line above names: IAM console, Account settings" ;;
  *'vpc endpoint policy'*) echo "let the policy of the VPC endpoint allow what the line above names" ;;
  *'service control policy'* | *'resource control policy'*)
    echo "let the policy of the AWS organization allow what the line above names; no policy of the identity can" ;;
  *'permissions boundary'*) echo "let the permissions boundary of the identity allow what the line above names" ;;
  *'explicit deny'*) echo "remove the explicit deny from the policy that the line above names; no other policy can override it" ;;
  *'received non 200'*)
    echo "check that the service account has a pod identity association, and that the role trusts pods.eks.amazonaws.com" ;;
  *container-role*) echo "check that the add-on eks-pod-identity-agent runs on the node and can reach AWS" ;;
  *expired* | *'not yet current'* | *tooskewed* | *inthefuture* | *'in the future'*) echo "set the clock of the node; if the token or key is old, renew it" ;;
  *openidconnect* | *'identity provider'*) echo "check that the role's account has the cluster's OIDC identity provider, and that AWS can reach the issuer" ;;
  *assumerolewithwebidentity*) echo "name this service account in the role's trust policy" ;;
  *accessdenied* | *'not authorized'*) echo "give the identity the IAM policy in dist/aws" ;;
  *'unable to locate credentials'*) echo "give the pod an identity; to use the node's role, set its metadata hop limit to 2" ;;
  *invalidclienttokenid* | *unrecognizedclient* | *signaturedoesnotmatch* | *invalidsignature*)
    if [ "$IDENTITY" = access-keys ]; then echo "renew the access keys"; else echo "enable the region in the account"; fi ;;
  *'unable to connect'* | *'could not connect'* | *'failed to establish'* | *timeout* | *'timed out'* | *proxy* | *'no answer'* | \
    *'connection was closed'* | *'connection aborted'* | *'connection reset'* | *'connection broken'* | *'response stream'* | \
    *' read, but total bytes'* | *'eof occurred'* | *unexpected_eof* | *wrong_version_number*)
    echo "let the pod reach ECR and STS of the region, through NAT, a VPC endpoint or HTTPS_PROXY" ;;
  *certificate* | *'ssl '*) echo "give the pod the CA of the proxy with caConfigMap" ;;
  *) echo "see the line above" ;;
  esac
}
