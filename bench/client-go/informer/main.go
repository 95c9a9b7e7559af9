// informer: how long client-go's shared informer takes to have all pods, and what that costs, as JSON on standard output.
//
//	informer -kubeconfig FILE [-all]
//
// With -all it has everything that Lynceus watches, not pods alone.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Sec+usage.Stime.Sec) + float64(usage.Utime.Usec+usage.Stime.Usec)/1e6
}

// peakRSS is the most memory that the process ever had, MiB.
func peakRSS() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for _, line := range strings.Split(string(status), "\n") {
		if value, found := strings.CutPrefix(line, "VmHWM:"); found {
			kib, err := strconv.Atoi(strings.Fields(value)[0])
			if err != nil {
				panic(err)
			}
			return float64(kib) / 1024
		}
	}
	return 0
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "path of the kubeconfig")
	all := flag.Bool("all", false, "all that Lynceus watches")
	flag.Parse()
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		panic(err)
	}
	config.QPS = -1
	config.ContentType = "application/vnd.kubernetes.protobuf"
	clients := kubernetes.NewForConfigOrDie(config)
	started, cpu := time.Now(), cpuSeconds()
	factory := informers.NewSharedInformerFactory(clients, 0)
	pods := factory.Core().V1().Pods().Informer()
	if *all {
		factory.Core().V1().Nodes().Informer()
		factory.Core().V1().Events().Informer()
		factory.Apps().V1().Deployments().Informer()
		factory.Apps().V1().ReplicaSets().Informer()
		factory.Apps().V1().StatefulSets().Informer()
		factory.Apps().V1().DaemonSets().Informer()
		factory.Apps().V1().ControllerRevisions().Informer()
		factory.Batch().V1().Jobs().Informer()
		factory.Batch().V1().CronJobs().Informer()
	}
	ctx := context.Background()
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	figures := map[string]float64{
		"wallSeconds": time.Since(started).Seconds(),
		"cpuSeconds":  cpuSeconds() - cpu,
		"peakRssMiB":  peakRSS(),
	}
	count := len(pods.GetStore().ListKeys())
	time.Sleep(time.Second)
	runtime.GC()
	debug.FreeOSMemory()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	figures["heapBytesPerPod"] = float64(memory.HeapAlloc) / float64(count)
	figures["pods"] = float64(count)
	if err := json.NewEncoder(os.Stdout).Encode(figures); err != nil {
		panic(err)
	}
}
