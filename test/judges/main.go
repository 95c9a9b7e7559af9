// Judges the manifest fixtures of three projects with those projects' own code: gitops-engine's pkg/health, kstatus, and
// the Lua scripts of Argo CD. Nothing of them is copied: fixtures are read where the Go modules are.
//
//	judges GITOPS_ENGINE CLI_UTILS ARGO_CD
//
// Arguments are the modules' folders. Prints one JSON object a line for each fixture and each judge that knows its kind.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/health"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

// Opinion is what one judge says of one fixture.
type Opinion struct {
	Judge   string         `json:"judge"`
	Fixture string         `json:"fixture"`
	Status  string         `json:"status"`
	Message string         `json:"message"`
	Object  map[string]any `json:"object"`
}

// A judge answers an empty status for a kind that it does not know.
type judge func(*unstructured.Unstructured) (status, message string, err error)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "judges:", err)
		os.Exit(1)
	}
}

func run(folders []string) error {
	if len(folders) != 3 {
		return fmt.Errorf("wanted the folders of gitops-engine, cli-utils and argo-cd, got %q", folders)
	}
	fixtures, err := readFixtures(folders[0], folders[1], folders[2])
	if err != nil {
		return err
	}
	scripts := luaJudge(folders[2])
	out := json.NewEncoder(os.Stdout)
	for _, one := range fixtures {
		for _, by := range []struct {
			name string
			judge
		}{{"gitops-engine", gitopsEngine}, {"kstatus", kstatus}, {"argo-cd", scripts}} {
			object := &unstructured.Unstructured{Object: one.object}
			code, message, err := by.judge(object.DeepCopy())
			if err != nil {
				// A judge that cannot read a fixture says nothing about it.
				fmt.Fprintf(os.Stderr, "judges: %s on %s: %v\n", by.name, one.name, err)
				continue
			}
			if code == "" {
				continue
			}
			if err := out.Encode(Opinion{by.name, one.name, code, message, one.object}); err != nil {
				return fmt.Errorf("writing: %w", err)
			}
		}
	}
	return nil
}

func gitopsEngine(object *unstructured.Unstructured) (string, string, error) {
	found, err := health.GetResourceHealth(object, nil)
	if err != nil || found == nil {
		return "", "", err
	}
	return string(found.Status), found.Message, nil
}

func kstatus(object *unstructured.Unstructured) (string, string, error) {
	found, err := status.Compute(object)
	if err != nil {
		return "", "", err
	}
	return found.Status.String(), found.Message, nil
}
