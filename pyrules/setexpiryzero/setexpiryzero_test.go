package setexpiryzero

import (
	"testing"

	"github.com/sesslint/sesslint/internal/ruletest/pyrule"
)

func TestRule(t *testing.T) { pyrule.Test(t, Analyzer) }
