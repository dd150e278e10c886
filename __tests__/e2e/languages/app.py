from cdk8s import ApiObject, App, Chart, JsonPatch
import cdk8s_plus_27 as kplus
from cdk8s_plus_27 import k8s
from primehub_image_registries import (
    AwsIdentity,
    BuildJobImage,
    BuildJobResources,
    BuildJobSettings,
    ContainerRegistry,
    CpuAndMemory,
    CustomImageConfigMap,
    EcrAddress,
    EcrRegistry,
    EcrTokenRefresherPod,
    GcrRegistry,
    PasswordSource,
    PushSecret,
    PushTarget,
    RegistryLogin,
    SecretStoreKind,
    TokenRefreshAlertProps,
)

# The same program as app.ts: both print the same bytes.
app = App()
chart = Chart(app, "registries", namespace="hub", labels={"team": "ml", "stage": "test"})

ecr = EcrRegistry(
    chart,
    "ecr",
    address=EcrAddress.of(account="123456789012", region="eu-west-1"),
    target=PushTarget.prefix("ml"),
    identity=AwsIdentity.irsa("arn:aws:iam::123456789012:role/ecr-push"),
    pod=EcrTokenRefresherPod(
        tolerations=[k8s.Toleration(key="dedicated", operator="Equal", value="builds", effect="NoSchedule")],
        aws_env={"HTTPS_PROXY": "http://proxy.example.com:3128", "NO_PROXY": ".example.com"},
    ),
    alert=TokenRefreshAlertProps(labels={"release": "prometheus"}),
    build_job=BuildJobSettings(
        ephemeral_storage="60Gi",
        image=BuildJobImage(repository="infuseai/buildah", tag="v1.39.3"),
        resources=BuildJobResources(
            limits=CpuAndMemory(cpu="1", memory="2Gi"), requests=CpuAndMemory(cpu="500m", memory="1Gi")
        ),
    ),
)
ApiObject.of(ecr.token_refresher.cron_job).add_json_patch(JsonPatch.replace("/spec/failedJobsHistoryLimit", 3))
ApiObject.of(ecr.token_refresher.first_job).add_json_patch(JsonPatch.replace("/spec/backoffLimit", 2))

shared = PushSecret(
    chart,
    "shared",
    secret_name="shared-push-secret",
    logins=[
        RegistryLogin.of(
            host="harbor.example.com:8443",
            username="robot$ci",
            password=PasswordSource.from_external_secret(store="vault", key="ci/harbor", property="password"),
        ),
        RegistryLogin.of(
            host="gcr.io",
            username="_json_key",
            password=PasswordSource.from_external_secret(
                store="cloud", store_kind=SecretStoreKind.CLUSTER_SECRET_STORE, key="gcr"
            ),
        ),
    ],
)
harbor = ContainerRegistry(
    chart, "harbor", host="harbor.example.com:8443", target=PushTarget.prefix("ml"), push_secret=shared
)
gcr = GcrRegistry(
    chart, "gcr", target=PushTarget.repository("example-project/notebooks"), push_secret=shared
)
for registry in [ecr, harbor, gcr]:
    CustomImageConfigMap(
        chart,
        f"{registry.node.id}-settings",
        settings=registry.settings,
        config_map_name=f"{registry.node.id}-custom-image",
    )
deployment = kplus.Deployment(
    chart,
    "builder",
    metadata={"name": "builder"},
    containers=[kplus.ContainerProps(image="registry.example.com/builder:1")],
)
shared.mount(deployment.containers[0])
print(app.synth_yaml())

try:
    ContainerRegistry(chart, "wrong", host="Quay.io", target=PushTarget.prefix("ml"), username="ci")
except Exception as error:
    print(error)
