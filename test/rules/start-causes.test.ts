// Why a container cannot be started, in the words of runc, crun, gVisor, kata and hcs, through containerd, CRI-O and dockerd.
import t from 'tap'
import { findStartCause } from '../../src/rules/start-failure.ts'

const TASK = 'failed to create containerd task: failed to create shim task: '
const RUNC = `${TASK}OCI runtime create failed: runc create failed: unable to start container process: error during container init: `
const OLD_RUNC = 'OCI runtime create failed: container_linux.go:380: starting container process caused: '
const CRIO = 'container create failed: time="2026-11-26T09:00:03Z" level=error msg="'
const DOCKERD = 'failed to start container "ab12": Error response from daemon: '

const CASES: Readonly<Record<string, readonly string[]>> = {
  'bad-command': [
    `${RUNC}exec: "server": executable file not found in $PATH: unknown`,
    `${RUNC}exec: "/x": stat /x: no such file or directory: unknown`,
    `${RUNC}exec: "/x.sh": permission denied: unknown`,
    `${RUNC}exec: "/app": is a directory: permission denied: unknown`,
    `${RUNC}exec /app/server: exec format error: unknown`,
    `${RUNC}chdir to cwd ("/srv") set in config.json failed: no such file or directory: unknown`,
    `${OLD_RUNC}exec: "/x": stat /x: no such file or directory: unknown`,
    `${DOCKERD}OCI runtime create failed: container_linux.go:348: starting container process caused "exec: \\"db:create\\": executable file not found in $PATH": unknown`,
    `${CRIO}runc create failed: unable to start container process: exec: \\"/x\\": stat /x: no such file or directory"`,
    'container create failed: executable file `server` not found in $PATH: No such file or directory',
    'container create failed: crun: executable file `server` not found: No such file or directory',
    `${TASK}OCI runtime create failed: crun: open executable: Permission denied: unknown`,
    `${TASK}OCI runtime start failed: crun: exec container process \`/app\`: Exec format error: unknown`,
    `${TASK}OCI runtime start failed: crun: exec container process (missing dynamic library?) \`/app\`: No such file or directory: unknown`,
    `${TASK}OCI runtime create failed: crun: chdir to \`/srv\`: No such file or directory: unknown`,
    `${TASK}OCI runtime start failed: starting container: starting root container: error finding executable "server" in PATH [/usr/bin /bin]: no such file or directory: unknown`,
    `${TASK}OCI runtime start failed: starting container: failed to create process: failed to load /app: no such file or directory: unknown`,
    `${TASK}OCI runtime start failed: starting container: failed to load /app: exec format error: unknown`,
    `${TASK}the file python3 was not found: unknown`,
    'failed to create containerd task: failed to create shim task: rpc error: code = Internal desc = ENOENT: No such file or directory: unknown',
    'failed to start containerd task "ab12": hcs::System::CreateProcess ab12: The system cannot find the file specified.: unknown',
    'container ab12 encountered an error during hcsshim::System::CreateProcess: failure in a Windows system call: The system cannot find the file specified. (0x2)',
    'hcs::System::CreateProcess ab12: The directory name is invalid.: unknown',
    'hcs::System::CreateProcess ab12: Access is denied.: unknown',
    'hcs::System::CreateProcess ab12: %1 is not a valid Win32 application.: unknown',
    'hcs::CreateComputeSystem ab12: The container operating system does not match the host operating system.: unknown',
  ],
  'bad-mount': [
    `${RUNC}error mounting "/var/lib/kubelet/pods/1/volume-subpaths/c/web/0" to rootfs at "/etc/app.yaml": mount src=/a, dst=/etc/app.yaml, dstFd=/proc/thread-self/fd/11, flags=MS_BIND|MS_REC: not a directory: Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type: unknown`,
    `${RUNC}error mounting "/a" to rootfs at "/usr/bin/x": create mountpoint for /usr/bin/x mount: make mountpoint "/usr/bin/x": mkdirat /run/x: read-only file system: unknown`,
    `${CRIO}runc create failed: unable to start container process: error during container init: error mounting \\"/a\\" to rootfs at \\"/b\\": permission denied"`,
    'container create failed: mount `/var/lib/kubelet/pods/1/v` to `etc/app.yaml`: Not a directory',
    'container create failed: creating `/etc/app.yaml`: openat2 `etc`: Not a directory',
    `${TASK}OCI runtime create failed: crun: mount \`/a\` to \`/b\`: Read-only file system: unknown`,
    `${TASK}OCI runtime create failed: creating container: mounting "/a" to "/b": not a directory: unknown`,
    'failed to generate container "ab12" spec: failed to generate spec: path "/sys/fs/bpf" is mounted on "/sys" but it is not a shared or slave mount',
    'Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /data',
    "Error response from daemon: error while creating mount source path '/data': mkdir /data: read-only file system",
  ],
  'bad-user': [
    `${RUNC}unable to find user app: no matching entries in passwd file: unknown`,
    'container create failed: unable to find user app: no matching entries in passwd file',
    'failed to create containerd container: no users found',
    'hcs::System::CreateProcess ab12: The user name or password is incorrect.: unknown',
  ],
  'no-command': [
    'failed to generate container "e4658f8d" spec: failed to generate spec: no command specified',
  ],
  'memory-too-low': [
    `${TASK}OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?): unknown`,
    `${DOCKERD}OCI runtime create failed: container_linux.go:345: starting container process caused "process_linux.go:430: container init caused \\"\\"": unknown`,
    `${DOCKERD}OCI runtime create failed: container_linux.go:345: starting container process caused "process_linux.go:297: getting the final child's pid from pipe caused \\"read init-p: connection reset by peer\\"": unknown`,
    `${CRIO}container_linux.go:366: starting container process caused: process_linux.go:382: sending config to init process caused: write init-p: broken pipe"`,
    `${DOCKERD}OCI runtime create failed: container_linux.go:348: starting container process caused "process_linux.go:301: running exec setns process for init caused \\"signal: killed\\"": unknown`,
    'set memory limit 4194304 too low; should be at least 12582912',
    'Error response from daemon: Minimum memory limit allowed is 6MB',
    `${RUNC}unable to set memory limit to 1048576 (current usage: 1200128, peak usage: 1232896): unknown`,
  ],
  none: [
    `${RUNC}unable to apply cgroup configuration: failed to write 4194304: write /sys/fs/cgroup/cpu.max: invalid argument: unknown`,
    `${RUNC}error running hook #0: error running hook: exit status 1, stdout: , stderr: nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown`,
    `${RUNC}exec hook: fork/exec /usr/bin/nvidia-container-runtime-hook: no such file or directory`,
    `${RUNC}apparmor failed to apply profile: write /proc/self/attr/apparmor/exec: no such file or directory: unknown`,
    'failed to create containerd container: cannot load seccomp profile "/var/lib/kubelet/seccomp/a.json": open /var/lib/kubelet/seccomp/a.json: no such file or directory',
    'failed to create containerd container: load apparmor profile /tmp/cri-containerd.apparmor.d1: exit status 243',
    `${TASK}OCI runtime create failed: unable to retrieve OCI runtime error (open /run/containerd/log.json: no such file or directory): exec: "nvidia-container-runtime": executable file not found in $PATH: unknown`,
    'failed to start shim: start failed: exec: "containerd-shim-kata-v2": executable file not found in $PATH: unknown',
    'error gathering device information while adding custom device "/dev/zigbee": no such file or directory',
    'context deadline exceeded',
    'the container name "k8s_web" is already in use by ab12. You have to remove that container to be able to reuse that name: that name is already in use',
  ],
}

for (const [cause, texts] of Object.entries(CASES))
  t.test(cause, async (t) => {
    for (const text of texts) t.equal(findStartCause(text) ?? 'none', cause, text)
  })
