# etcd, API server, controller manager and scheduler.
# shellcheck shell=bash disable=SC2154

etcd_url() { echo "http://127.0.0.1:$((port + 1))"; }

api() { # PATH [CURL ARGUMENT...]
  curl -fsk -H "Authorization: Bearer $token" "https://127.0.0.1:$port$1" "${@:2}"
}

control_plane() {
  local peer="http://127.0.0.1:$((port + 2))"
  rm -rf "$home/etcd" "$home"/*.log
  if ! [ -f "$home/sa.pub" ]; then
    openssl genrsa -out "$home/sa.key" 2048 2>/dev/null
    openssl rsa -in "$home/sa.key" -pubout -out "$home/sa.pub" 2>/dev/null
  fi
  echo "$token,admin,admin,system:masters" >"$home/tokens.csv"
  start etcd "$bin/etcd" --data-dir "$home/etcd" \
    --listen-client-urls "$(etcd_url)" --advertise-client-urls "$(etcd_url)" --listen-peer-urls "$peer" \
    --unsafe-no-fsync --quota-backend-bytes 8589934592
  api_server
  write_kubeconfig
  start kube-controller-manager "$bin/kube-controller-manager" --kubeconfig="$kubeconfig" --leader-elect=false \
    --service-account-private-key-file="$home/sa.key" --root-ca-file="$home/pki/apiserver.crt" \
    --controllers="${CLUSTER_CONTROLLERS:-*}" --bind-address=127.0.0.1 --secure-port=0 \
    --kube-api-qps=500 --kube-api-burst=1000
  start kube-scheduler "$bin/kube-scheduler" --kubeconfig="$kubeconfig" --leader-elect=false --secure-port=0
  wait_for 180 'default service account' api /api/v1/namespaces/default/serviceaccounts/default
}

api_server() {
  # shellcheck disable=SC2086 # CLUSTER_API_ARGS is a list of flags
  start kube-apiserver "$bin/kube-apiserver" --etcd-servers="$(etcd_url)" \
    --bind-address=127.0.0.1 --secure-port="$port" --advertise-address="$node_ip" \
    --cert-dir="$home/pki" --token-auth-file="$home/tokens.csv" --authorization-mode=Node,RBAC \
    --service-account-key-file="$home/sa.pub" --service-account-signing-key-file="$home/sa.key" \
    --service-account-issuer=https://kubernetes.default.svc --service-cluster-ip-range=10.0.0.0/24 \
    --kubelet-preferred-address-types=InternalIP --allow-privileged=true --profiling=false \
    ${CLUSTER_API_ARGS:-}
  wait_for 180 kube-apiserver api /readyz
}

write_kubeconfig() {
  cat >"$kubeconfig" <<K
apiVersion: v1
kind: Config
current-context: test
clusters:
  - name: test
    cluster:
      server: https://127.0.0.1:$port
      certificate-authority: $home/pki/apiserver.crt
      tls-server-name: kubernetes
users: [{ name: admin, user: { token: $token } }]
contexts: [{ name: test, context: { cluster: test, user: admin, namespace: default } }]
K
}
