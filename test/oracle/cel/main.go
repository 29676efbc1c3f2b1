// Reads questions about CEL as JSON, one a line, and answers each with Kubernetes' own code as JSON on a line.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"sort"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	schemacel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apimachinery/pkg/util/version"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/common"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"
)

type question struct {
	Op              string
	Expr            string
	Schema          *apiextensionsv1.JSONSchemaProps
	Root            bool
	OptionalOldSelf bool
	Self, OldSelf   any
	Crd             *apiextensionsv1.CustomResourceDefinition
	Params          bool
	Kind            string
}

type answer struct {
	Error       string   `json:"error,omitempty"`
	Type        string   `json:"type,omitempty"`
	Min         string   `json:"min,omitempty"`
	Max         string   `json:"max,omitempty"`
	Value       string   `json:"value,omitempty"`
	EvalError   string   `json:"evalError,omitempty"`
	RuntimeCost string   `json:"runtimeCost,omitempty"`
	Errors      []string `json:"errors,omitempty"`
}

var base = environment.MustBaseEnvSet(version.MajorMinor(1, 36))
var policies = plugincel.NewCompiler(base)

func show(v ref.Val) string {
	switch t := v.(type) {
	case types.Bool:
		return fmt.Sprint(bool(t))
	case types.Int:
		return fmt.Sprint(int64(t))
	case types.Uint:
		return fmt.Sprintf("%du", uint64(t))
	case types.Double:
		return fmt.Sprintf("double(%x)", math.Float64bits(float64(t)))
	case types.String:
		text, _ := json.Marshal([]rune(string(t)))
		return "s" + string(text)
	case types.Bytes:
		return "b" + hex.EncodeToString(t)
	case types.Null:
		return "null"
	case types.Duration:
		return fmt.Sprintf("duration(%d)", t.Duration.Nanoseconds())
	case types.Timestamp:
		return fmt.Sprintf("timestamp(%d.%09d)", t.Time.Unix(), t.Time.Nanosecond())
	case *types.Type:
		return "type(" + t.TypeName() + ")"
	case *types.Optional:
		if t.HasValue() {
			return "optional(" + show(t.GetValue()) + ")"
		}
		return "none"
	case traits.Lister:
		var parts []string
		for it := t.Iterator(); it.HasNext() == types.True; {
			parts = append(parts, show(it.Next()))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case traits.Mapper:
		var parts []string
		for it := t.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			parts = append(parts, show(key)+":"+show(t.Get(key)))
		}
		sort.Strings(parts)
		return "{" + strings.Join(parts, ",") + "}"
	}
	return fmt.Sprintf("opaque(%s)", v.Type().TypeName())
}


func structuralOf(schema *apiextensionsv1.JSONSchemaProps) (*structural.Structural, error) {
	internal := &apiextensions.JSONSchemaProps{}
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(schema, internal, nil); err != nil {
		return nil, err
	}
	return structural.NewStructural(internal)
}

// A rule of any type; its worst cost is asked for apart, since that wants a condition.
func evaluate(q *question) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			a.EvalError = fmt.Sprint("panic: ", r)
		}
	}()
	s, err := structuralOf(q.Schema)
	if err != nil {
		return answer{Error: "schema: " + err.Error()}
	}
	declared := model.SchemaDeclType(s, q.Root)
	if declared == nil {
		return answer{Error: "schema: nothing to declare"}
	}
	scoped := declared.MaybeAssignTypeName("selfType")
	old := scoped.CelType()
	if q.OptionalOldSelf {
		old = types.NewOptionalType(old)
	}
	set, err := base.Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		EnvOptions:        []cel.EnvOption{cel.Variable("self", scoped.CelType()), cel.Variable("oldSelf", old)},
		DeclTypes:         []*apiservercel.DeclType{scoped},
	})
	if err != nil {
		return answer{Error: "environment: " + err.Error()}
	}
	env := set.NewExpressionsEnv()
	ast, issues := env.Compile(q.Expr)
	if issues != nil {
		return answer{Error: issues.String()}
	}
	a.Type = cel.FormatCELType(ast.OutputType())
	estimator := &library.CostEstimator{SizeEstimator: sizeEstimatorOf(declared)}
	program, err := env.Program(ast, cel.CostLimit(celconfig.PerCallLimit), cel.CostTracking(estimator),
		cel.InterruptCheckFrequency(celconfig.CheckFrequency))
	if err != nil {
		a.Error = "program instantiation failed: " + err.Error()
		return a
	}
	estimate, err := env.EstimateCost(ast, estimator)
	if err != nil {
		a.Error = "cost estimation failed: " + err.Error()
		return a
	}
	a.Min, a.Max = fmt.Sprint(estimate.Min), fmt.Sprint(estimate.Max)
	if q.Root {
		s = model.WithTypeAndObjectMeta(s)
	}
	variables := map[string]any{"self": schemacel.UnstructuredToVal(q.Self, s)}
	if q.OldSelf != nil {
		variables["oldSelf"] = schemacel.UnstructuredToVal(q.OldSelf, s)
		if q.OptionalOldSelf {
			variables["oldSelf"] = types.OptionalOf(schemacel.UnstructuredToVal(q.OldSelf, s))
		}
	} else if q.OptionalOldSelf {
		variables["oldSelf"] = types.OptionalNone
	}
	value, details, err := program.ContextEval(context.Background(), variables)
	if details != nil && details.ActualCost() != nil {
		a.RuntimeCost = fmt.Sprint(*details.ActualCost())
	}
	if err != nil {
		a.EvalError = err.Error()
		return a
	}
	a.Value = show(value)
	return a
}

// Kubernetes' own validation of the rules of a schema on a value.
func validate(q *question) (a answer) {
	s, err := structuralOf(q.Schema)
	if err != nil {
		return answer{Error: "schema: " + err.Error()}
	}
	validator := schemacel.NewValidator(s, q.Root, celconfig.PerCallLimit)
	if validator == nil {
		return answer{}
	}
	var options []schemacel.Option
	if q.OldSelf != nil {
		options = append(options, schemacel.WithRatcheting(common.NewCorrelatedObject(q.Self, q.OldSelf, &model.Structural{Structural: s})))
	}
	errs, budget := validator.Validate(context.Background(), field.NewPath("root"), s, q.Self, q.OldSelf, celconfig.RuntimeCELCostBudget, options...)
	for _, one := range errs {
		a.Errors = append(a.Errors, one.Error())
	}
	a.RuntimeCost = fmt.Sprint(budget)
	return a
}

func definition(q *question) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			a.Errors = append(a.Errors, fmt.Sprint("panic: ", r))
		}
	}()
	apiextensionsv1.SetDefaults_CustomResourceDefinition(q.Crd)
	apiextensionsv1.SetDefaults_CustomResourceDefinitionSpec(&q.Crd.Spec)
	internal := &apiextensions.CustomResourceDefinition{}
	if err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(q.Crd, internal, nil); err != nil {
		return answer{Error: err.Error()}
	}
	for _, version := range internal.Spec.Versions {
		if version.Storage && len(internal.Status.StoredVersions) == 0 {
			internal.Status.StoredVersions = []string{version.Name}
		}
	}
	for _, one := range validation.ValidateCustomResourceDefinition(context.Background(), internal) {
		a.Errors = append(a.Errors, one.Error())
	}
	return a
}

type accessor struct {
	expression string
	returns    []*cel.Type
}

func (a *accessor) GetExpression() string     { return a.expression }
func (a *accessor) ReturnTypes() []*cel.Type { return a.returns }

// An expression of a policy, whose objects have no declared types.
func policy(q *question) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			a = answer{EvalError: fmt.Sprint("panic: ", r)}
		}
	}()
	returns := map[string][]*cel.Type{
		"condition": {cel.BoolType},
		"message":   {cel.StringType},
		"audit":     {cel.StringType, cel.NullType},
		"variable":  {cel.AnyType, cel.DynType},
		"apply":     {apiservercel.NewObjectType("Object", nil).CelType()},
		"patch":     {cel.ListType(cel.ObjectType("JSONPatch"))},
	}[q.Kind]
	result := policies.CompileCELExpression(&accessor{q.Expr, returns}, plugincel.OptionalVariableDeclarations{
		HasParams: q.Params, HasAuthorizer: true, HasPatchTypes: q.Kind == "apply" || q.Kind == "patch",
	}, environment.NewExpressions)
	if result.Error != nil {
		a.Error = result.Error.Error()
	} else {
		a.Type = cel.FormatCELType(result.OutputType)
	}
	return a
}

// What functions there are: name, then for each way to call it its identity, the types it takes and what it gives.
func declarations() (a answer) {
	env := base.NewExpressionsEnv()
	functions := env.Functions()
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		function := functions[name]
		for _, overload := range function.OverloadDecls() {
			var parts []string
			for _, t := range overload.ArgTypes() {
				parts = append(parts, cel.FormatCELType(t))
			}
			a.Errors = append(a.Errors, fmt.Sprintf("%s\t%s\t%v\t%s\t%s", name, overload.ID(), overload.IsMemberFunction(), strings.Join(parts, "; "), cel.FormatCELType(overload.ResultType())))
		}
	}
	return a
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	decoder := json.NewDecoder(in)
	for {
		var q question
		if decoder.Decode(&q) != nil {
			return
		}
		q.Self, q.OldSelf = whole(q.Self), whole(q.OldSelf)
		var a answer
		switch q.Op {
		case "eval":
			a = evaluate(&q)
		case "validate":
			a = validate(&q)
		case "crd":
			a = definition(&q)
		case "policy":
			a = policy(&q)
		case "declarations":
			a = declarations()
		}
		line, _ := json.Marshal(a)
		out.Write(line)
		out.WriteString("\n")
		out.Flush()
	}
}

// Kubernetes reads whole numbers as int64.
func whole(value any) any {
	switch v := value.(type) {
	case float64:
		if v == float64(int64(v)) {
			return int64(v)
		}
	case []any:
		for i := range v {
			v[i] = whole(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = whole(v[key])
		}
	}
	return value
}
