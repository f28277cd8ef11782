package web

import "canbao/reports/audit"

// via is how the record calls what is done in a page.
const via = "web"

// record writes down what somebody does; what cannot be written down is not
// done.
func (s *Server) record(r *request, e audit.Entry) error {
	if e.By == "" {
		e.By, e.Role = r.User.Name, string(r.User.Role)
	}
	e.Via = via
	_, err := s.Audit.Append(r.Context(), e)
	return err
}
