// Renders template texts with the real Helm engine: reads a JSON list of {"template", "values"} on standard input,
// writes a list of {"text"} or {"error"}.
package main

import (
	"encoding/json"
	"os"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/engine"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"bytes"
)

type question struct {
	Template string `json:"template"`
	Values   string `json:"values"`
}

type answer struct {
	Text  *string `json:"text,omitempty"`
	Error string  `json:"error,omitempty"`
}

func render(q question) answer {
	values, err := loader.LoadValues(bytes.NewReader([]byte(q.Values)))
	if err != nil {
		return answer{Error: err.Error()}
	}
	c := &chart.Chart{
		Metadata:  &chart.Metadata{APIVersion: "v2", Name: "probe", Version: "0.1.0"},
		Templates: []*common.File{{Name: "templates/probe.txt", Data: []byte(q.Template)}},
		Values:    values,
		Files:     []*common.File{{Name: "a/one.txt", Data: []byte("first\nsecond\n")}, {Name: "a/two.bin", Data: []byte{0, 255, 10}}, {Name: "b.yaml", Data: []byte("x: 1")}},
	}
	caps := common.DefaultCapabilities.Copy()
	version, _ := common.ParseKubeVersion("v1.33.4")
	caps.KubeVersion = *version
	top, err := util.ToRenderValues(c, map[string]any{}, common.ReleaseOptions{Name: "release", Namespace: "space", Revision: 1, IsInstall: true}, caps)
	if err != nil {
		return answer{Error: err.Error()}
	}
	out, err := engine.Render(c, top)
	if err != nil {
		return answer{Error: err.Error()}
	}
	text := out["probe/templates/probe.txt"]
	return answer{Text: &text}
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		panic(err)
	}
	answers := make([]answer, len(questions))
	for i, q := range questions {
		answers[i] = render(q)
	}
	json.NewEncoder(os.Stdout).Encode(answers)
}
