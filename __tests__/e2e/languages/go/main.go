package main

import (
	"fmt"

	registries "github.com/InfuseAI/primehub-image-registries-go/imageregistries"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	kplus "github.com/cdk8s-team/cdk8s-plus-go/cdk8splus27/v2"
	"github.com/cdk8s-team/cdk8s-plus-go/cdk8splus27/v2/k8s"
)

// registry is what the kinds of registries have in common here.
type registry interface {
	constructs.Construct
	Settings() registries.CustomImageSettings
}

// The same program as app.ts: both print the same bytes.
func main() {
	defer jsii.Close()
	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("registries"), &cdk8s.ChartProps{
		Namespace: jsii.String("hub"),
		Labels:    &map[string]*string{"team": jsii.String("ml"), "stage": jsii.String("test")},
	})

	ecr := registries.NewEcrRegistry(chart, jsii.String("ecr"), &registries.EcrRegistryProps{
		Address: registries.EcrAddress_Of(&registries.EcrAddressProps{
			Account: jsii.String("123456789012"), Region: jsii.String("eu-west-1"),
		}),
		Target:   registries.PushTarget_Prefix(jsii.String("ml")),
		Identity: registries.AwsIdentity_Irsa(jsii.String("arn:aws:iam::123456789012:role/ecr-push")),
		Pod: &registries.EcrTokenRefresherPod{
			Tolerations: &[]*k8s.Toleration{{
				Key: jsii.String("dedicated"), Operator: jsii.String("Equal"),
				Value: jsii.String("builds"), Effect: jsii.String("NoSchedule"),
			}},
			AwsEnv: &map[string]*string{
				"HTTPS_PROXY": jsii.String("http://proxy.example.com:3128"), "NO_PROXY": jsii.String(".example.com"),
			},
		},
		Alert: &registries.TokenRefreshAlertProps{Labels: &map[string]*string{"release": jsii.String("prometheus")}},
		BuildJob: &registries.BuildJobSettings{
			EphemeralStorage: jsii.String("60Gi"),
			Image: &registries.BuildJobImage{
				Repository: jsii.String("infuseai/buildah"), Tag: jsii.String("v1.39.3"),
			},
			Resources: &registries.BuildJobResources{
				Limits:   &registries.CpuAndMemory{Cpu: jsii.String("1"), Memory: jsii.String("2Gi")},
				Requests: &registries.CpuAndMemory{Cpu: jsii.String("500m"), Memory: jsii.String("1Gi")},
			},
		},
	})
	cdk8s.ApiObject_Of(ecr.TokenRefresher().CronJob()).AddJsonPatch(
		cdk8s.JsonPatch_Replace(jsii.String("/spec/failedJobsHistoryLimit"), 3))
	cdk8s.ApiObject_Of(ecr.TokenRefresher().FirstJob()).AddJsonPatch(
		cdk8s.JsonPatch_Replace(jsii.String("/spec/backoffLimit"), 2))

	shared := registries.NewPushSecret(chart, jsii.String("shared"), &registries.PushSecretProps{
		SecretName: jsii.String("shared-push-secret"),
		Logins: &[]registries.RegistryLogin{
			registries.RegistryLogin_Of(&registries.RegistryLoginProps{
				Host:     jsii.String("harbor.example.com:8443"),
				Username: jsii.String("robot$ci"),
				Password: registries.PasswordSource_FromExternalSecret(&registries.ExternalSecretSource{
					Store: jsii.String("vault"), Key: jsii.String("ci/harbor"), Property: jsii.String("password"),
				}),
			}),
			registries.RegistryLogin_Of(&registries.RegistryLoginProps{
				Host:     jsii.String("gcr.io"),
				Username: jsii.String("_json_key"),
				Password: registries.PasswordSource_FromExternalSecret(&registries.ExternalSecretSource{
					Store: jsii.String("cloud"), StoreKind: registries.SecretStoreKind_CLUSTER_SECRET_STORE,
					Key: jsii.String("gcr"),
				}),
			}),
		},
	})
	harbor := registries.NewContainerRegistry(chart, jsii.String("harbor"), &registries.ContainerRegistryProps{
		Host:       jsii.String("harbor.example.com:8443"),
		Target:     registries.PushTarget_Prefix(jsii.String("ml")),
		PushSecret: shared,
	})
	gcr := registries.NewGcrRegistry(chart, jsii.String("gcr"), &registries.GcrRegistryProps{
		Target:     registries.PushTarget_Repository(jsii.String("example-project/notebooks")),
		PushSecret: shared,
	})
	for _, one := range []registry{ecr, harbor, gcr} {
		id := *one.Node().Id()
		registries.NewCustomImageConfigMap(chart, jsii.String(id+"-settings"), &registries.CustomImageConfigMapProps{
			Settings:      one.Settings(),
			ConfigMapName: jsii.String(id + "-custom-image"),
		})
	}
	deployment := kplus.NewDeployment(chart, jsii.String("builder"), &kplus.DeploymentProps{
		Metadata:   &cdk8s.ApiObjectMetadata{Name: jsii.String("builder")},
		Containers: &[]*kplus.ContainerProps{{Image: jsii.String("registry.example.com/builder:1")}},
	})
	shared.Mount((*deployment.Containers())[0])
	fmt.Println(*app.SynthYaml())

	defer func() { fmt.Println(recover()) }()
	registries.NewContainerRegistry(chart, jsii.String("wrong"), &registries.ContainerRegistryProps{
		Host:     jsii.String("Quay.io"),
		Target:   registries.PushTarget_Prefix(jsii.String("ml")),
		Username: jsii.String("ci"),
	})
}
