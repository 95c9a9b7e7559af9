# The Argo Rollouts controller and its custom resources.
# shellcheck shell=bash disable=SC2154

argo() {
  local crds crd
  crds=$(cd "$here/programs/argo" && GOTOOLCHAIN=auto go list -m -f '{{.Dir}}' github.com/argoproj/argo-rollouts)/manifests/crds
  for crd in "$crds"/*-crd.yaml; do apply_crd "$crd"; done
  wait_for 180 'Argo custom resources' api /apis/argoproj.io/v1alpha1/rollouts
  wait_for 180 'Argo custom resources' api /apis/argoproj.io/v1alpha1/analysisruns
  start rollouts-controller "$bin/rollouts-controller" --kubeconfig "$kubeconfig" --leader-elect=false \
    --healthzPort $((port + 3)) --metricsPort $((port + 4))
  wait_for 180 rollouts-controller curl -fs "http://127.0.0.1:$((port + 3))/healthz"
}

apply_crd() { # FILE
  local name
  name=$(awk '/^metadata:/ { inside = 1 } inside && /^  name:/ { print $2; exit }' "$1")
  api "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/$name?fieldManager=cluster&force=true" \
    -X PATCH -H 'Content-Type: application/apply-patch+yaml' --data-binary "@$1" >/dev/null
}
