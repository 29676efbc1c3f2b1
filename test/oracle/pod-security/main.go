// Reads questions {"level","version","pod"} as JSON, answers each with the findings of Kubernetes as a JSON string on a line.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	psapi "k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

func main() {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		panic(err)
	}
	decoder := json.NewDecoder(os.Stdin)
	for {
		var question struct {
			Level, Version string
			Pod            corev1.Pod
		}
		if decoder.Decode(&question) != nil {
			return
		}
		version, _ := psapi.ParseVersion(question.Version)
		asked := psapi.LevelVersion{Level: psapi.Level(question.Level), Version: version}
		results := evaluator.EvaluatePod(asked, &question.Pod.ObjectMeta, &question.Pod.Spec)
		aggregate := policy.AggregateCheckResults(results)
		answer, _ := json.Marshal(aggregate.ForbiddenDetail())
		fmt.Println(string(answer))
	}
}
