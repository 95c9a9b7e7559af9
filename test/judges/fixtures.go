package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/yaml"
	syaml "sigs.k8s.io/yaml"
)

type fixture struct {
	name   string
	object map[string]any
}

// Kinds of Argo CD's scripts that Lynceus judges: CronJobs, Rollouts, and custom resources of the groups that
// docs/custom-resources.md names.
var scripted = []string{
	"argoproj.io/Rollout",
	"batch/CronJob",
	"apps.kruise.io/CloneSet",
	"apps.kruise.io/DaemonSet",
	"apps.kruise.io/StatefulSet",
	"serving.knative.dev/Service",
}

func readFixtures(gitops, utils, argo string) ([]fixture, error) {
	var found []fixture
	health := filepath.Join(gitops, "pkg", "health", "testdata")
	roots := map[string]string{"gitops-engine": health}
	order := []string{"gitops-engine"}
	for _, kind := range scripted {
		name := "argo-cd/" + kind
		roots[name] = filepath.Join(argo, "resource_customizations", kind, "testdata")
		order = append(order, name)
	}
	for _, name := range order {
		more, err := readManifests(name, roots[name])
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	// The Deployment that pkg/health's own test takes from its neighbour.
	nginx, err := readManifest("gitops-engine/nginx", filepath.Join(gitops, "pkg/utils/kube/testdata/nginx.yaml"))
	if err != nil {
		return nil, err
	}
	literals, err := readLiterals("kstatus", filepath.Join(utils, "pkg", "kstatus"))
	if err != nil {
		return nil, err
	}
	all := append(append(found, nginx...), literals...)
	return all, distinct(all)
}

// An explanation is found by the fixture's name.
func distinct(fixtures []fixture) error {
	seen := map[string]bool{}
	for _, one := range fixtures {
		if seen[one.name] {
			return fmt.Errorf("two fixtures are called %s", one.name)
		}
		seen[one.name] = true
	}
	return nil
}

// The YAML files below a folder.
func readManifests(prefix, root string) ([]fixture, error) {
	var found []fixture
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		within, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		more, err := readManifest(prefix+"/"+strings.TrimSuffix(within, ".yaml"), path)
		found = append(found, more...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the fixtures of %s: %w", prefix, err)
	}
	return found, nil
}

func readManifest(name, path string) ([]fixture, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	object := parseManifest(string(text))
	if object == nil {
		return nil, fmt.Errorf("%s is not a manifest", path)
	}
	return []fixture{{name, object}}, nil
}

// The manifests in string literals of the tests below a folder, named after what they are assigned to.
func readLiterals(prefix, root string) ([]fixture, error) {
	var found []fixture
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, declaration := range file.Decls {
			name := prefix
			if function, ok := declaration.(*ast.FuncDecl); ok {
				name += "/" + function.Name.Name
			}
			found = append(found, literalsOf(name, declaration)...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the fixtures of %s: %w", prefix, err)
	}
	if len(found) == 0 {
		return nil, errors.New("no fixtures in " + root)
	}
	return found, nil
}

func literalsOf(name string, declaration ast.Decl) []fixture {
	var found []fixture
	ast.Inspect(declaration, func(node ast.Node) bool {
		switch one := node.(type) {
		case *ast.ValueSpec:
			for i, value := range one.Values {
				found = appendLiteral(found, name+"/"+one.Names[i].Name, value)
			}
		case *ast.AssignStmt:
			if left, ok := one.Lhs[0].(*ast.Ident); ok && len(one.Rhs) == 1 {
				found = appendLiteral(found, name+"/"+left.Name, one.Rhs[0])
			}
		}
		return true
	})
	return found
}

// Adds each manifest that an expression holds: one literal, one within a call, or those of a table by their keys.
func appendLiteral(found []fixture, name string, value ast.Expr) []fixture {
	ast.Inspect(value, func(node ast.Node) bool {
		switch one := node.(type) {
		case *ast.KeyValueExpr:
			if key := unquote(one.Key); key != "" {
				found = appendLiteral(found, name+"/"+strings.ReplaceAll(key, " ", "-"), one.Value)
				return false
			}
		case *ast.BasicLit:
			if object := parseManifest(unquote(one)); object != nil {
				found = append(found, fixture{name, object})
			}
		}
		return true
	})
	return found
}

// The text of a string literal; empty for anything else.
func unquote(value ast.Expr) string {
	literal, ok := value.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		return ""
	}
	return text
}

// Nil for what is not a manifest. Numbers are int64 or float64, as in objects from the API server.
func parseManifest(text string) map[string]any {
	var object map[string]any
	raw, err := syaml.YAMLToJSON([]byte(text))
	if err != nil || yaml.Unmarshal(raw, &object) != nil {
		return nil
	}
	if _, ok := object["kind"].(string); !ok {
		return nil
	}
	if _, ok := object["apiVersion"].(string); !ok {
		return nil
	}
	return object
}
