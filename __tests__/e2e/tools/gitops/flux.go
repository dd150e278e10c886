package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/fluxcd/cli-utils/pkg/kstatus/polling"
	"github.com/fluxcd/cli-utils/pkg/object"
	"github.com/fluxcd/pkg/kustomize"
	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/normalize"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const fluxGroup = "kustomize.toolkit.fluxcd.io"

// inventory is `status.inventory` of a Kustomization: what earlier runs applied.
type inventory struct {
	Entries []inventoryEntry `json:"entries"`
}

type inventoryEntry struct {
	ID      string `json:"id"`
	Version string `json:"v"`
}

// reconcileAsFlux does what the kustomize-controller does: generate, build, substitute, apply, prune.
func reconcileAsFlux(ctx context.Context, config *rest.Config, folder string, owner *unstructured.Unstructured) (*report, error) {
	kube, err := client.New(config, client.Options{})
	if err != nil {
		return nil, err
	}
	objects, err := build(ctx, kube, folder, owner)
	if err != nil {
		return &report{Error: err.Error()}, nil
	}
	manager := ssa.NewResourceManager(kube, polling.NewStatusPoller(kube, kube.RESTMapper(), polling.Options{}),
		ssa.Owner{Field: "kustomize-controller", Group: fluxGroup})
	name, namespace := owner.GetName(), owner.GetNamespace()
	manager.SetOwnerLabels(objects, name, namespace)
	if err := normalize.UnstructuredList(objects); err != nil {
		return nil, err
	}

	options := ssa.DefaultApplyOptions()
	options.ForceSelector = map[string]string{fluxGroup + "/force": "enabled"}
	applied, err := manager.ApplyAllStaged(ctx, objects, options)
	if err != nil {
		return &report{Error: err.Error()}, nil
	}
	result := &report{Changes: map[string]string{}, Inventory: &inventory{}}
	for _, entry := range applied.Entries {
		result.add(entry)
		result.Inventory.Entries = append(result.Inventory.Entries, inventoryEntry{entry.ObjMetadata.String(), entry.GroupVersion})
	}

	stale, err := staleObjects(owner, applied)
	if err != nil {
		return nil, err
	}
	deletion := ssa.DefaultDeleteOptions()
	deletion.Inclusions = manager.GetOwnerLabels(name, namespace)
	deleted, err := manager.DeleteAll(ctx, stale, deletion)
	if err != nil {
		return nil, err
	}
	for _, entry := range deleted.Entries {
		result.add(entry)
	}
	return result, nil
}

func (r *report) add(entry ssa.ChangeSetEntry) {
	id := entry.ObjMetadata
	r.Changes[subject(id.GroupKind.Kind, id.Namespace, id.Name)] = entry.Action.String()
}

// build works on a copy, since it writes a kustomization.yaml.
func build(ctx context.Context, kube client.Client, folder string, owner *unstructured.Unstructured) ([]*unstructured.Unstructured, error) {
	scratch, err := os.MkdirTemp("", "flux-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	if err := os.CopyFS(scratch, os.DirFS(folder)); err != nil {
		return nil, err
	}
	if _, err := kustomize.NewGeneratorWithIgnore(scratch, "", *owner).WriteFile(scratch); err != nil {
		return nil, err
	}
	built, err := kustomize.SecureBuild(scratch, scratch, false)
	if err != nil {
		return nil, err
	}
	var objects []*unstructured.Unstructured
	for _, resource := range built.Resources() {
		substituted, err := kustomize.SubstituteVariables(ctx, kube, *owner, resource)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", resource.CurId(), err)
		}
		// none: an annotation of the object turns the substitution off
		if substituted == nil {
			substituted = resource
		}
		content, err := substituted.Map()
		if err != nil {
			return nil, err
		}
		objects = append(objects, &unstructured.Unstructured{Object: content})
	}
	return objects, nil
}

// staleObjects returns the objects that an earlier run applied and this one did not.
func staleObjects(owner *unstructured.Unstructured, applied *ssa.ChangeSet) ([]*unstructured.Unstructured, error) {
	var before struct {
		Status struct{ Inventory inventory }
	}
	data, err := owner.MarshalJSON()
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &before); err != nil {
		return nil, err
	}
	var stale []*unstructured.Unstructured
	for _, entry := range before.Status.Inventory.Entries {
		id, err := object.ParseObjMetadata(entry.ID)
		if err != nil {
			return nil, err
		}
		if applied.ToObjMetadataSet().Contains(id) {
			continue
		}
		one := &unstructured.Unstructured{}
		one.SetGroupVersionKind(schema.GroupVersionKind{Group: id.GroupKind.Group, Version: entry.Version, Kind: id.GroupKind.Kind})
		one.SetNamespace(id.Namespace)
		one.SetName(id.Name)
		stale = append(stale, one)
	}
	return stale, nil
}
