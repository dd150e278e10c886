# Azure's part of both scripts: the identity, and what to do about messages from Entra ID and the registry.
cloud=Azure
token_title='refresh token'
# shellcheck disable=SC2034 # read by http.sh
endpoints='Entra ID'
# shellcheck disable=SC2034 # read by the push check
todo_missing='check that the registry exists and that its name is right'

denied() {
  case $1 in
  *'is not allowed access'* | *'firewall'*) advice "$1" ;;
  *) echo "give the identity the role AcrPush on the registry (in ABAC mode: Container Registry Repository Writer): docs/azure-identity.md" ;;
  esac
}

identify() {
  read_pod_token
}

# One line per cause. Specific causes come before general ones that share their words.
advice() {
  case $1 in
  *'could not resolve host: login.'*) network_advice "$1" ;;
  *'could not resolve host'*) echo "check that the registry exists and that its name is right" ;;
  *'curl: ('* | *'no answer within'*) network_advice "$1" ;;
  *'http 429'* | *'http 5'* | *temporarily_unavailable*) echo "nothing, the refresher retries by itself" ;;
  *'in the answer'* | *'http 200'* | *'http 3'*) echo "check that no proxy answers in place of Azure" ;;
  *'valid time range'* | *expired* | *'not yet valid'* | *'not valid yet'*) echo "set the clock of the node" ;;
  *aadsts700016* | *aadsts700038*) echo "correct clientId: the tenant has no such application" ;;
  *aadsts90002*) echo "correct tenantId: there is no such tenant" ;;
  *aadsts70021* | *aadsts70025* | *'federated identity'*)
    echo "give the identity a federated credential with the issuer of the cluster, this service account and the audience api://AzureADTokenExchange" ;;
  *aadsts50027* | *aadsts50013* | *aadsts500[0-9]* | *aadsts50166* | *aadsts70002[7-9]* | *aadsts700030* | *openid* | *'oidc endpoint'*)
    echo "check that Entra ID can read the issuer of the cluster" ;;
  *'is not allowed access'* | *'firewall'*) echo "let the registry accept the address of the cluster: its network rules refuse it" ;;
  *oauth2/exchange*'http 40'*)
    echo "check that tenantId is the tenant of the registry, and give the identity the role AcrPush on it" ;;
  *) echo "see the line above" ;;
  esac
}
