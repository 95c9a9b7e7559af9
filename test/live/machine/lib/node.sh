# A real node: containerd, kubelet and kube-proxy. It owns machine-wide things (an address on lo, a bridge, iptables
# chains, the kubelet's ports), so a machine can carry one.
# shellcheck shell=bash disable=SC2154

node_lock=/run/lynceus-cluster-node

node() {
  local owner
  owner=$(cat "$node_lock" 2>/dev/null || true)
  if [ -n "$owner" ] && [ "$owner" != "$home" ] && home=$owner running kubelet; then
    echo "cluster: the cluster of $owner has this machine's node; CLUSTER_HOME=$owner cluster down" >&2
    exit 1
  fi
  echo "$home" >"$node_lock"
  mkdir -p "$home/node/cni" "$home/node/pause" "$home/node/busybox/bin" "$home/node/busybox/tmp" "$(dirname "$socket")"
  write_network
  write_containerd_config
  start containerd containerd -c "$home/node/containerd.toml"
  wait_for 180 containerd ctr -a "$socket" version
  import_base_images
  ip address replace "$node_ip/32" dev lo
  # The kubernetes Service (10.0.0.1:443) leads to the advertised address, the API server listens on 127.0.0.1.
  start api-endpoint socat "TCP-LISTEN:$port,bind=$node_ip,fork,reuseaddr" "TCP:127.0.0.1:$port"
  start kube-proxy "$bin/kube-proxy" --kubeconfig="$kubeconfig" --hostname-override=node-1 --proxy-mode=iptables \
    --cluster-cidr=10.244.0.0/24 --conntrack-max-per-core=0 \
    --healthz-bind-address="127.0.0.1:$((port + 5))" --metrics-bind-address="127.0.0.1:$((port + 6))"
  start kubelet "$bin/kubelet" --config="$here/machine/kubelet.yaml" --kubeconfig="$kubeconfig" \
    --root-dir="$home/node/kubelet" --cert-dir="$home/node/pki" --hostname-override=node-1 --node-ip="$node_ip" \
    --container-runtime-endpoint="unix://$socket"
  wait_for 180 node node_ready
}

node_ready() { api /api/v1/nodes/node-1 | tr -d ' \n' | grep -q '"reason":"KubeletReady"'; }

write_network() {
  cat >"$home/node/cni/10-test.conflist" <<K
{"cniVersion": "0.4.0", "name": "test", "plugins": [
  {"type": "bridge", "bridge": "cni$port", "isGateway": true, "ipMasq": false, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$home/node/ipam",
            "ranges": [[{"subnet": "10.244.0.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "loopback"}]}
K
}

write_containerd_config() {
  cat >"$home/node/containerd.toml" <<K
version = 2
root = "$home/node/containerd"
state = "$(dirname "$socket")/state"
[grpc]
  address = "$socket"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:test"
  restrict_oom_score_adj = true
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$home/node/cni"
K
}

# localhost/pause:test holds pods open; localhost/busybox:test is what the scenarios run (imagePullPolicy: Never).
import_base_images() {
  local applet
  gcc -static -O2 -o "$home/node/pause/pause" "$here/machine/image/pause.c"
  cp /bin/busybox "$home/node/busybox/bin/"
  for applet in $(/bin/busybox --list | grep -vx busybox); do ln -sf busybox "$home/node/busybox/bin/$applet"; done
  import_root localhost/pause:test "$home/node/pause" '["/pause"]'
  import_root localhost/busybox:test "$home/node/busybox" '[]'
}

import_root() { # NAME ROOTFS ENTRYPOINT
  python3 "$here/machine/image/mkimage.py" "$1" "$2" "$3" "$home/node/image.tar"
  ctr -a "$socket" -n k8s.io images import "$home/node/image.tar" >/dev/null
}

# Containers end first, while containerd still runs; the kubelet before them, lest it start them again.
node_containers_down() {
  [ -S "$socket" ] || return 0
  stop kubelet
  local task
  for task in $(ctr -a "$socket" -n k8s.io tasks list -q 2>/dev/null); do
    ctr -a "$socket" -n k8s.io tasks delete --force "$task" >/dev/null 2>&1 || true
  done
}

node_down() {
  [ -d "$home/node" ] || return 0
  awk '{ print $2 }' /proc/mounts | grep -F -e "$home/node/" -e "$(dirname "$socket")/" | sort -r \
    | xargs -r -n1 umount -l 2>/dev/null || true
  ip link delete "cni$port" 2>/dev/null || true
  ip address del "$node_ip/32" dev lo 2>/dev/null || true
  "$bin/kube-proxy" --cleanup >/dev/null 2>&1 || true
  local namespace
  for namespace in /run/netns/cni-*; do
    if [ -e "$namespace" ]; then umount "$namespace" && rm -f "$namespace"; fi
  done 2>/dev/null || true
  find /sys/fs/cgroup -depth -type d -path '*/kubepods*' -exec rmdir {} + 2>/dev/null || true
  rm -rf "$home/node" "$(dirname "$socket")" "$node_lock"
}
