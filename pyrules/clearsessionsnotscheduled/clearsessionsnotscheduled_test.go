package clearsessionsnotscheduled

import (
	"testing"

	"github.com/sesslint/sesslint/internal/ruletest/pyrule"
)

func Test(t *testing.T) { pyrule.Test(t, Analyzer) }
