# AWS's part of the refresh: gets ECR tokens with the AWS CLI. Reads from the environment:
#   ENSURE_REPOSITORIES  <region>=<account>=<repository> ..., created if they do not exist; may be unset
# A request's key is a region.
fetch_token() {
  answer=$(limited aws ecr get-authorization-token --region "$1" --output text \
    --query 'authorizationData[0].[authorizationToken,expiresAt]' \
    --cli-connect-timeout 10 --cli-read-timeout 30 2>"$HOME/aws-stderr") || fail_call "$1" "$HOME/aws-stderr" $?
  refuse_long "$1" "$answer"
  # ISO 8601 from the AWS CLI v2, seconds from v1
  token=${answer%%"$tab"*}
  expires=${answer#*"$tab"}
}

# Creates the repositories that are missing.
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
      *) echo "$name: repository not created in $account, $region; the token is refreshed anyway: $(shortened "$message")" ;;
      esac
    fi
  done
}
