package main

import (
	"github.com/google/cel-go/checker"

	apiservercel "k8s.io/apiserver/pkg/cel"
)

// How large values of a schema can be, looked up by their path: what Kubernetes' estimator of CRD rules does, which is not exported.
type sizeEstimator struct{ root *apiservercel.DeclType }

func sizeEstimatorOf(root *apiservercel.DeclType) checker.CostEstimator { return &sizeEstimator{root} }

func (s *sizeEstimator) EstimateSize(node checker.AstNode) *checker.SizeEstimate {
	if len(node.Path()) == 0 {
		return nil
	}
	at := s.root
	for _, step := range node.Path()[1:] {
		var next *apiservercel.DeclType
		switch step {
		case "@items", "@values":
			next = at.ElemType
		case "@keys":
			next = at.KeyType
		default:
			if declared, ok := at.Fields[step]; ok {
				next = declared.Type
			}
		}
		if next == nil {
			return nil
		}
		at = next
	}
	return &checker.SizeEstimate{Min: 0, Max: uint64(at.MaxElements)}
}

func (s *sizeEstimator) EstimateCallCost(string, string, *checker.AstNode, []checker.AstNode) *checker.CallEstimate {
	return nil
}
