# Building the programs. They are pinned by the go.mod files in programs/ and kept in $bin, stamped with those pins.
# shellcheck shell=bash disable=SC2154

# The Kubernetes that is built: one folder of programs/ each.
case $kube in
  1.34) kubernetes_version=v1.34.4 ;;
  1.37) kubernetes_version=v1.37.2 ;;
  *) echo "cluster: CLUSTER_KUBE is 1.34 or 1.37, not $kube" >&2; exit 2 ;;
esac

pins() { cat "$here"/programs/{kube-"$kube",etcd,argo}/go.mod "$here/machine/lib/programs.sh" | sha256sum; }

build() {
  if [ "$(cat "$bin/.pins" 2>/dev/null)" = "$(pins)" ]; then return; fi
  echo "cluster: building Kubernetes $kube and its companions; the first time this takes some minutes" >&2
  mkdir -p "$bin"
  local v=k8s.io/component-base/version
  go_build "kube-$kube" -tags providerless -o "$bin/" \
    -ldflags "-s -w -X $v.gitVersion=$kubernetes_version -X $v.gitMajor=1 -X $v.gitMinor=${kube#*.}" \
    k8s.io/kubernetes/cmd/{kube-apiserver,kube-controller-manager,kube-scheduler,kube-proxy,kubectl,kubelet}
  go_build etcd -ldflags '-s -w' -o "$bin/etcd" go.etcd.io/etcd/server/v3
  go_build argo -ldflags '-s -w' -o "$bin/" github.com/argoproj/argo-rollouts/cmd/rollouts-controller
  pins >"$bin/.pins"
}

# A module may need a newer Go than the one that is installed; Go then gets that from the module proxy.
go_build() { # MODULE ARGUMENTS...
  (cd "$here/programs/$1" && GOTOOLCHAIN=auto CGO_ENABLED=0 go build "${@:2}")
}
