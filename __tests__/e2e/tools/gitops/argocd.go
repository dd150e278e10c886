package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/engine"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
)

// Argo CD 3 recognizes its objects by this annotation.
const trackingID = "argocd.argoproj.io/tracking-id"

// syncAsArgoCD does what Argo CD does with a directory: compare, apply, prune.
func syncAsArgoCD(ctx context.Context, config *rest.Config, folder string, owner *unstructured.Unstructured) (*report, error) {
	application := owner.GetName()
	objects, err := read(folder)
	if err != nil {
		return nil, err
	}
	for _, object := range objects {
		annotations := object.GetAnnotations()
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations[trackingID] = trackingIDOf(application, kube.GetResourceKey(object))
		object.SetAnnotations(annotations)
	}

	live := cache.NewClusterCache(config, cache.SetLogr(logr.Discard()),
		cache.SetPopulateResourceInfoHandler(func(object *unstructured.Unstructured, _ bool) (any, bool) {
			id := object.GetAnnotations()[trackingID]
			return id, id != ""
		}))
	isOurs := func(resource *cache.Resource) bool {
		id, _ := resource.Info.(string)
		return id == trackingIDOf(application, resource.ResourceKey())
	}
	gitops := engine.NewEngine(config, live, engine.WithLogr(logr.Discard()))
	stop, err := gitops.Run()
	if err != nil {
		return nil, err
	}
	defer stop()

	result := &report{Changes: map[string]string{}}
	if result.OutOfSync, err = outOfSync(live, objects, isOurs, owner.GetNamespace()); err != nil {
		return nil, err
	}
	synced, err := gitops.Sync(ctx, objects, isOurs, "HEAD", owner.GetNamespace(),
		sync.WithPrune(true), sync.WithManifestValidation(true), sync.WithLogr(logr.Discard()))
	if err != nil {
		result.Error = err.Error()
	}
	for _, one := range synced {
		key := one.ResourceKey
		change := one.Message
		if one.Status == common.ResultCodeSynced || one.Status == common.ResultCodePruned {
			change = changeOf(change)
		}
		result.Changes[subject(key.Kind, key.Namespace, key.Name)] = change
	}
	return result, nil
}

// changeOf is the last word of kubectl's message: "configmap/harbor-custom-image unchanged", "pruned".
func changeOf(message string) string {
	// for Roles and RoleBindings, `kubectl auth reconcile` writes a sentence, and more after it
	if strings.Contains(message, "reconciliation required create") {
		return "created"
	}
	words := strings.Fields(message)
	return words[len(words)-1]
}

func trackingIDOf(application string, key kube.ResourceKey) string {
	return fmt.Sprintf("%s:%s/%s:%s/%s", application, key.Group, key.Kind, key.Namespace, key.Name)
}

// outOfSync returns the objects that Argo CD shows as out of sync before a sync.
func outOfSync(live cache.ClusterCache, objects []*unstructured.Unstructured, isOurs func(*cache.Resource) bool, namespace string) ([]string, error) {
	managed, err := live.GetManagedLiveObjs(objects, isOurs)
	if err != nil {
		return nil, err
	}
	pairs := sync.Reconcile(objects, managed, namespace, live)
	differences, err := diff.DiffArray(pairs.Target, pairs.Live, diff.WithLogr(logr.Discard()))
	if err != nil {
		return nil, err
	}
	var names []string
	for i, difference := range differences.Diffs {
		if !difference.Modified && pairs.Target[i] != nil {
			continue
		}
		object := pairs.Target[i]
		if object == nil {
			object = pairs.Live[i]
		}
		names = append(names, subject(object.GetKind(), object.GetNamespace(), object.GetName()))
	}
	sort.Strings(names)
	return names, nil
}

// read reads the files directly in the folder, as Argo CD does without `directory.recurse`.
func read(folder string) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for _, pattern := range []string{"*.yaml", "*.yml", "*.json"} {
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			parsed, err := kube.SplitYAML(data)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			objects = append(objects, parsed...)
		}
	}
	return objects, nil
}
