# AWS's part of both scripts: the identity, and what to do about messages of the AWS CLI. Reads from the environment:
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
        "see that the pod still has its volume pod-token: something has changed the pod"
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
  *'incorrect token audience'*)
    echo "add sts.amazonaws.com to the audiences (client ids) of the cluster's OIDC identity provider in the account of the role" ;;
  *regiondisabled* | *'sts is not activated'*)
    echo "activate STS for this region in the account that the line before names: IAM console, Account settings" ;;
  *'vpc endpoint policy'*) echo "let the policy of the VPC endpoint allow what the line before names" ;;
  *'service control policy'* | *'resource control policy'*)
    echo "let the policy of the AWS organization allow what the line before names; no policy of the identity can" ;;
  *'permissions boundary'*) echo "let the permissions boundary of the identity allow what the line before names" ;;
  *'explicit deny'*) echo "take the explicit deny out of the policy that the line before names; no other policy can allow it" ;;
  *'received non 200'*)
    echo "see that the service account has its pod identity association, and that the role trusts pods.eks.amazonaws.com" ;;
  *container-role*) echo "see that the add-on eks-pod-identity-agent runs on the node and can reach AWS" ;;
  *expired* | *'not yet current'* | *tooskewed* | *inthefuture* | *'in the future'*) echo "set the clock of the node; of an old token or key, renew it" ;;
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
