package django

// SavesEveryRequest reports whether the middleware saves every session that it sees, in each way the project is deployed and
// with an empty environment: SESSION_SAVE_EVERY_REQUEST (SessionMiddleware.process_response, all versions). Without a
// deployable settings module, those that are not for tests decide.
func (p *Project) SavesEveryRequest() bool {
	modules := p.Deployable()
	if len(modules) == 0 {
		for _, m := range p.modules {
			if m.Label == Base || m.Label == Local || m.Label == Unreferenced {
				modules = append(modules, m)
			}
		}
	}
	for _, m := range modules {
		if !m.Get("SESSION_SAVE_EVERY_REQUEST").Default(isTrue) {
			return false
		}
	}
	return len(modules) > 0
}

// isTrue reports whether Python takes a value for true in a condition.
func isTrue(c Const) bool { return c.Truthy() == Yes }
