import type { Pattern } from './cause.ts'

/** A memory limit that is too low for the runtime itself: nothing of the container has run. */
export const LIMIT_CAUSES: readonly Pattern[] = [
  // runc: "container init was OOM-killed (memory limit too low?)"; before 1.1 only the broken pipe to its init shows it.
  {
    cause: 'memory-too-low',
    text: /OOM-killed|memory limit too low|container init caused:? *[\\"]*(?:: unknown)?\s*$/i,
  },
  {
    cause: 'memory-too-low',
    text: /(?:read|write) init-p: |for init caused[:\s\\"]*signal: (?:killed|broken pipe)/i,
  },
  // CRI-O: "set memory limit 4194304 too low; should be at least 12582912"; dockerd: "Minimum memory limit allowed is 6MB".
  { cause: 'memory-too-low', text: /memory limit \S+ too low|minimum memory limit (?:allowed|can)/i },
  // runc: "unable to set memory limit to 1048576 (current usage: 1200128, peak usage: 1232896)".
  {
    cause: 'memory-too-low',
    text: /unable to set memory limit|memory\.(?:max|limit_in_bytes)\W{1,4}.{0,80}device or resource busy/i,
  },
]

/** What is missing on the node: texts about hooks, profiles and runtimes also name programs and paths that do not exist. */
const OF_THE_NODE: readonly Pattern[] = [
  // runc: "apparmor failed to apply profile: write /proc/self/attr/apparmor/exec: no such file or directory".
  { cause: null, text: /apparmor|seccomp profile|seccomp security options/i },
  // A hook of the node, e.g. NVIDIA's: "error running hook #0", "exec hook: fork/exec /usr/bin/nvidia-container-runtime-hook".
  { cause: null, text: /running (?:\w+ )?hook|exec hook|hook #\d|\bfork\/exec\b|OCI runtime hook/i },
  // containerd: the shim or the runtime itself is missing or died without a word.
  {
    cause: null,
    text: /unable to retrieve OCI runtime error|did not terminate success?fully|start shim|shim-[\w-]+-v\d/i,
  },
]

/** What the pod's template asks for and cannot be had: mounts and users. */
export const SPEC_CAUSES: readonly Pattern[] = [
  ...OF_THE_NODE,
  // runc: "error mounting "/a" to rootfs at "/b": ... not a directory: Are you trying to mount a directory onto a file"; crun:
  // "mount `/a` to `b`: Not a directory"; containerd: "path "/a" is mounted on "/" but it is not a shared mount".
  {
    cause: 'bad-mount',
    text: /error mounting|directory onto a file|not a (?:shared|slave)(?: or slave)? mount|is not a shared mount/i,
  },
  {
    cause: 'bad-mount',
    text: /(?:^|[:\s"])mount [`'"/].{0,300}(?:not a directory|no such file|permitted|denied|read-only|invalid argument|too many levels)/i,
  },
  // runc: "failed to create mountpoint ... read-only file system"; crun: "creating `/a`: openat2 `b`: Not a directory".
  {
    cause: 'bad-mount',
    text: /(?:mountpoint|(?:mkdir|mkdirat|creating) [`'"/]|create new parent).{0,300}(?:read-only file system|not a directory|file exists|permission denied)/i,
  },
  // gVisor: "mounting "/a" to "/b": ..."; dockerd: "invalid mount config", "Duplicate mount point"; kata: "failed to mount X to Y".
  {
    cause: 'bad-mount',
    text: /mounting [`'"/]|invalid mount config|duplicate mount point|failed to mount .{1,300} to |bind source path does not exist/i,
  },
  // dockerd and hcs: a host path that does not exist.
  { cause: 'bad-mount', text: /mapped director(?:y|ies).{0,200}cannot find/i },
  // runc and CRI-O: "unable to find user app: no matching entries in passwd file"; containerd: "no users found"; hcs: "The user
  // name or password is incorrect".
  {
    cause: 'bad-user',
    text: /no matching entries in (?:passwd|group) file|unable to find (?:user|group)|no (?:users|groups) found|unknown user(?:id)?\b|user name or password is incorrect/i,
  },
  // containerd and CRI-O: "no command specified"; dockerd: "No command specified".
  { cause: 'no-command', text: /no command specified/i },
]

/** Commands that cannot be run, by runc, crun, gVisor, kata and hcs through containerd, CRI-O and dockerd. */
export const START_CAUSES: readonly Pattern[] = [
  ...OF_THE_NODE,
  // runc: `exec: "X": executable file not found in $PATH`; crun: "executable file `X` not found", "cannot find `X` in $PATH";
  // gVisor: `error finding executable "X" in PATH`; kata: "the file X was not found".
  {
    cause: 'bad-command',
    text: /executable file .{0,300}not found|cannot find .{1,300} in \$PATH|error (?:finding|loading|resolving) executable|the file .{1,300} was not found|executable path is empty/i,
  },
  // Podman's and CRI-O's summaries: "OCI runtime attempted to invoke a command that was not found", "OCI permission denied".
  {
    cause: 'bad-command',
    text: /command that was not found|OCI runtime command not found|OCI permission denied|open executable: /i,
  },
  // runc: `exec: "/x": stat /x: no such file or directory`, `exec: "/x": permission denied`; old ones: `caused "exec: \"/x\": ..."`.
  {
    cause: 'bad-command',
    text: /\bexec(?: container process(?: \([^)]*\))?)?:? ?[\\"'`/].{0,300}(?:no such file or directory|permission denied|not permitted|is a directory|not a directory|input\/output error)/i,
  },
  // The kernel's word for a program of another architecture, or without an interpreter; Windows' for the same.
  {
    cause: 'bad-command',
    text: /exec format error|not a valid Win32 application|operating system does not match the host/i,
  },
  // runc: `chdir to cwd ("/x") set in config.json failed: no such file or directory`; crun: "chdir to `/x`: Permission denied".
  { cause: 'bad-command', text: /chdir to (?:cwd )?.{0,300}(?:failed|no such file|denied|not a directory)/i },
  // gVisor: "failed to load /x: no such file or directory", "creating process: ...".
  {
    cause: 'bad-command',
    text: /failed to load [/"].{0,300}(?:no such file|permission denied|not a directory)/i,
  },
  // kata's agent: "rpc error: code = Internal desc = ENOENT: No such file or directory", nothing else.
  { cause: 'bad-command', text: /(?:desc = |shim task: )(?:ENOENT|EACCES|ENOEXEC): / },
  // hcs: "hcs::System::CreateProcess ID: The system cannot find the file specified.", "Access is denied.".
  {
    cause: 'bad-command',
    text: /CreateProcess\b.{0,400}(?:cannot find the (?:file|path)|access is denied|directory name is invalid)/i,
  },
]
