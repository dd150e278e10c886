# AWS's part of the push check. It begins an upload to the repository, as a push does. Nothing is uploaded, and ECR
# drops the upload by itself.
may_push() {
  region=${1%%=*}
  name=${1#*=}
  limited aws ecr initiate-layer-upload --region "$region" --registry-id "${name%%.*}" \
    --repository-name "${name#*/}" --output text --query uploadId \
    --cli-connect-timeout 10 --cli-read-timeout 30 >/dev/null 2>"$HOME/aws-stderr" && answer=yes && return
  message=$(what_it_said "$HOME/aws-stderr" $?)
  case $message in
  *RepositoryNotFound*)
    answer=no
    todo="create the repository, or set ensureRepository: true in the aws block"
    ;;
  *'explicit deny'* | *'VPC endpoint policy'* | *'service control policy'* | *'resource control policy'* | *'permissions boundary'*)
    answer=no
    todo=$(what_to_do "$message")
    ;;
  *AccessDenied* | *'not authorized'*)
    answer=no
    todo="give the identity the IAM policy in dist/aws; if the repository is in another account, its own policy must allow it too"
    ;;
  *)
    answer=unknown
    todo=$(what_to_do "$message")
    ;;
  esac
}
