package main

import "path/filepath"

// asksAbout types what may be known of somebody where it goes on record: the
// text of a query, the value of a parameter, a reason, and the name of a user.
func (h *hunt) asksAbout(p somebody) {
	h.Helper()
	apart := p.id[:6] + " " + p.id[6:14] + "-" + p.id[14:]
	h.do("query", "select count(*) from mart.person where '"+p.id+"' = '"+p.phone+"' or '"+apart+"' = ''")
	h.do("query", "--param", "id="+p.id, "--format", "csv", "--out", filepath.Join(h.files, "answer-"+filepath.Base(h.root)+".csv"), "select count(*) from mart.person where $id = ''")
	h.run([]int{exitRefuse}, "quarantine", "dismiss", "2", "--reason", "moved, "+p.phone)
	h.do("query", "--user", p.phone, "select 1")
	h.do("audit", "list")
	h.do("audit", "verify")
}
