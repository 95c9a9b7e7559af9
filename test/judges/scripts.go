package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// luaJudge runs Argo CD's script of an object's kind, as its util/lua does: with the object as the global `obj`.
func luaJudge(argo string) judge {
	return func(object *unstructured.Unstructured) (string, string, error) {
		kind := object.GroupVersionKind()
		path := filepath.Join(argo, "resource_customizations", kind.Group, kind.Kind, "health.lua")
		script, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return "", "", nil
		}
		if err != nil {
			return "", "", err
		}
		state := lua.NewState()
		defer state.Close()
		state.SetGlobal("obj", toLua(state, object.Object))
		if err := state.DoString(string(script)); err != nil {
			return "", "", fmt.Errorf("%s: %w", path, err)
		}
		answer, ok := state.Get(-1).(*lua.LTable)
		if !ok {
			return "", "", fmt.Errorf("%s answered a %s", path, state.Get(-1).Type())
		}
		return lua.LVAsString(answer.RawGetString("status")), lua.LVAsString(answer.RawGetString("message")), nil
	}
}

func toLua(state *lua.LState, value any) lua.LValue {
	switch one := value.(type) {
	case map[string]any:
		table := state.NewTable()
		for key, inner := range one {
			table.RawSetString(key, toLua(state, inner))
		}
		return table
	case []any:
		table := state.NewTable()
		for _, inner := range one {
			table.Append(toLua(state, inner))
		}
		return table
	case string:
		return lua.LString(one)
	case bool:
		return lua.LBool(one)
	case int64:
		return lua.LNumber(one)
	case float64:
		return lua.LNumber(one)
	default:
		return lua.LNil
	}
}
