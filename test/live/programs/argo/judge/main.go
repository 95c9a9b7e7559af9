// Judges answers by analysis templates with the code of the Argo Rollouts controller itself, without a cluster.
//
// Reads {"templates": [...], "results": [...]} as JSON from its standard input. Each template is decoded strictly, its
// arguments are filled in as the controller does when it validates a Rollout, and its metrics are validated. Writes, for
// each template, {"name", "error", "counts", "phases"}: the measurement's phase for each result, of its first metric.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/utils/analysis"
	"github.com/argoproj/argo-rollouts/utils/evaluate"
	"github.com/sirupsen/logrus"
)

type input struct {
	Templates []json.RawMessage `json:"templates"`
	Results   []any             `json:"results"`
}

type judgement struct {
	Name   string   `json:"name"`
	Error  string   `json:"error"`
	Counts []int    `json:"counts"`
	Phases []string `json:"phases"`
}

func main() {
	var in input
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		fmt.Fprintln(os.Stderr, "judge: standard input:", err)
		os.Exit(1)
	}
	judgements := []judgement{}
	for _, raw := range in.Templates {
		judgements = append(judgements, judge(raw, in.Results))
	}
	if err := json.NewEncoder(os.Stdout).Encode(judgements); err != nil {
		fmt.Fprintln(os.Stderr, "judge: standard output:", err)
		os.Exit(1)
	}
}

func judge(raw json.RawMessage, results []any) judgement {
	out := judgement{Counts: []int{}, Phases: []string{}}
	template, metrics, err := resolve(raw)
	out.Name = template.Name
	if err != nil {
		out.Error = err.Error()
		return out
	}
	for _, metric := range metrics {
		count := 0
		if effective := metric.EffectiveCount(); effective != nil {
			count = effective.IntValue()
		}
		out.Counts = append(out.Counts, count)
	}
	for _, result := range results {
		phase, err := evaluate.EvaluateResult(result, metrics[0], *logrus.NewEntry(logrus.New()))
		if err != nil {
			phase = v1alpha1.AnalysisPhaseError
		}
		out.Phases = append(out.Phases, string(phase))
	}
	return out
}

func resolve(raw json.RawMessage) (template v1alpha1.ClusterAnalysisTemplate, metrics []v1alpha1.Metric, err error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err = decoder.Decode(&template); err != nil {
		return
	}
	args := template.Spec.Args
	for i := range args {
		if args[i].Value == nil {
			value := "given-by-the-rollout"
			args[i].Value = &value
		}
	}
	for _, metric := range template.Spec.Metrics {
		resolved, failure := analysis.ResolveMetricArgs(metric, args)
		if failure != nil {
			return template, nil, failure
		}
		metrics = append(metrics, *resolved)
	}
	return template, metrics, analysis.ValidateMetrics(metrics)
}
