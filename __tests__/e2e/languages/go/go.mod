module example.com/languages

go 1.26.0

// The modules that jsii-pacmak makes; any version, as all are replaced.
require (
	github.com/InfuseAI/primehub-image-registries-go/imageregistries v0.999.0
	github.com/aws/constructs-go/constructs/v10 v10.999.0
	github.com/aws/jsii-runtime-go v1.999.0
	github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2 v2.999.0
	github.com/cdk8s-team/cdk8s-plus-go/cdk8splus27/v2 v2.999.0
)

require github.com/Masterminds/semver/v3 v3.5.0 // indirect

replace (
	github.com/InfuseAI/primehub-image-registries-go/imageregistries => ../packages/go/imageregistries
	github.com/aws/constructs-go/constructs/v10 => ../packages/go/constructs
	// the version of the generator is not there; this one is later
	github.com/aws/jsii-runtime-go => github.com/aws/jsii-runtime-go v1.141.0
	github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2 => ../packages/go/cdk8s
	github.com/cdk8s-team/cdk8s-plus-go/cdk8splus27/v2 => ../packages/go/cdk8splus27
)
