# Building the programs. They are pinned by the go.mod files in programs/ and kept in $bin, stamped with those pins.
# shellcheck shell=bash disable=SC2154

kubernetes_version=v1.34.4

pins() { cat "$here"/programs/*/go.mod "$here/machine/lib/programs.sh" | sha256sum; }

build() {
  if [ "$(cat "$bin/.pins" 2>/dev/null)" = "$(pins)" ]; then return; fi
  echo 'cluster: building its programs; the first time this takes some minutes' >&2
  mkdir -p "$bin"
  local v=k8s.io/component-base/version
  go_build kube -tags providerless -o "$bin/" \
    -ldflags "-s -w -X $v.gitVersion=$kubernetes_version -X $v.gitMajor=1 -X $v.gitMinor=34" \
    k8s.io/kubernetes/cmd/{kube-apiserver,kube-controller-manager,kube-scheduler,kube-proxy,kubectl,kubelet}
  go_build etcd -ldflags '-s -w' -o "$bin/etcd" go.etcd.io/etcd/server/v3
  go_build argo -ldflags '-s -w' -o "$bin/" github.com/argoproj/argo-rollouts/cmd/rollouts-controller
  pins >"$bin/.pins"
}

go_build() { # MODULE ARGUMENTS...
  (cd "$here/programs/$1" && CGO_ENABLED=0 go build "${@:2}")
}
