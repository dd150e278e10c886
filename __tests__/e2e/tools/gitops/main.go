// Applies a folder of manifests as Argo CD and Flux do, by their own libraries, for the end-to-end tests.
//
//	gitops argocd FOLDER   standard input: an Application, of which only the name is used
//	gitops flux FOLDER     standard input: a Kustomization, with the last run's inventory in its status
//
// KUBECONFIG names the cluster. Standard output: what was done to each object, as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// report is what a run prints.
type report struct {
	// Changes says what was done to each object, by kind/namespace/name.
	Changes map[string]string `json:"changes,omitempty"`
	// OutOfSync are the objects that differed before (Argo CD).
	OutOfSync []string `json:"outOfSync,omitempty"`
	// Inventory is for the next run's `status.inventory` (Flux).
	Inventory *inventory `json:"inventory,omitempty"`
	// Error is the engine's error.
	Error string `json:"error,omitempty"`
}

var engines = map[string]func(context.Context, *rest.Config, string, *unstructured.Unstructured) (*report, error){
	"argocd": syncAsArgoCD,
	"flux":   reconcileAsFlux,
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 || engines[os.Args[1]] == nil {
		log.Fatal("usage: gitops argocd|flux FOLDER")
	}
	owner := &unstructured.Unstructured{}
	if err := json.NewDecoder(os.Stdin).Decode(&owner.Object); err != nil {
		log.Fatalf("standard input: %v", err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		log.Fatal(err)
	}
	config.QPS, config.Burst = 200, 400
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Second)
	defer cancel()
	result, err := engines[os.Args[1]](ctx, config, os.Args[2], owner)
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		log.Fatal(err)
	}
}

func subject(kind, namespace, name string) string {
	return fmt.Sprintf("%s/%s/%s", kind, namespace, name)
}
