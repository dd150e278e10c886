# Google's part of both scripts: the identity, and what to do about Google's messages. Reads from the environment:
#   IDENTITY  workload-identity or metadata-server
cloud=Google
token_title='access token'
# shellcheck disable=SC2034 # read by http.sh
endpoints=googleapis.com
# shellcheck disable=SC2034 # read by check-push.sh
repeats_tokens=yes
# shellcheck disable=SC2034 # read by the push check
todo_missing='create the repository in Artifact Registry: gcloud artifacts repositories create'

denied() {
  case $1 in
  *'not been used'* | *service_disabled* | *vpcservicecontrols*) advice "$1" ;;
  *) echo "give the identity the role roles/artifactregistry.writer on the repository: docs/google-identity.md" ;;
  esac
}

identify() {
  case $IDENTITY in
  workload-identity) read_pod_token ;;
  metadata-server) ;;
  *) fail "IDENTITY has the unknown value '$IDENTITY'" "set it to workload-identity or metadata-server" ;;
  esac
}

# One line per cause. Specific causes come before general ones that share their words.
advice() {
  case $1 in
  *"could not resolve host: metadata"* | *'metadata.google.internal'* | *'metadata server: curl'*)
    echo "run the pod on GKE with Workload Identity, or set workloadIdentityProvider" ;;
  *'curl: ('* | *'no answer within'*) network_advice "$1" ;;
  *'http 429'* | *'http 5'* | *resource_exhausted*) echo "nothing, the refresher retries by itself" ;;
  *'in the answer'* | *'http 200'* | *'http 3'*) echo "check that no proxy answers in place of Google" ;;
  *stale* | *expired*) echo "set the clock of the node" ;;
  *'metadata server'*) echo "give the service account an identity in Google: docs/google-identity.md" ;;
  *'not been used'* | *service_disabled*) echo "enable the API that the line above names: gcloud services enable" ;;
  *vpcservicecontrols*) echo "let the VPC Service Controls of the organization accept the cluster" ;;
  *getaccesstoken*)
    echo "let the principal of the pod impersonate the service account, with roles/iam.workloadIdentityUser" ;;
  *generateaccesstoken*'http 404'*) echo "correct serviceAccount: no service account has that e-mail address" ;;
  *invalid_target*) echo "correct workloadIdentityProvider, and check that its pool and provider exist and are enabled" ;;
  *unauthorized_client* | *'attribute condition'*) echo "let the attribute condition of the provider accept this service account" ;;
  *audience*) echo "remove the allowed audiences of the provider, or add its own address to them" ;;
  *issuer* | *'json web key'* | *jwk* | *signature*)
    echo "check that the provider has the issuer of the cluster, and its keys if Google cannot read them from the issuer" ;;
  *) echo "see the line above" ;;
  esac
}
