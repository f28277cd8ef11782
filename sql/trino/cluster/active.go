package cluster

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// active counts the nodes at work, 0 where the coordinator does not answer yet.
func (c *Cluster) active(ctx context.Context) int {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var state struct {
		Next  string  `json:"nextUri"`
		Data  [][]int `json:"data"`
		Error any     `json:"error"`
	}
	ask := func(method, url, body string) bool {
		request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
		if err != nil {
			return false
		}
		request.Header.Set("X-Trino-User", User)
		if c.Password != "" {
			request.SetBasicAuth(User, c.Password)
		}
		reply, err := c.client.Do(request)
		if err != nil {
			return false
		}
		defer drain(reply)
		state.Next, state.Data = "", nil
		return json.NewDecoder(reply.Body).Decode(&state) == nil && state.Error == nil
	}
	if !ask(http.MethodPost, c.url+"/v1/statement", "select count(*) from system.runtime.nodes where state = 'active'") {
		return 0
	}
	for {
		if len(state.Data) > 0 {
			return state.Data[0][0]
		}
		if state.Next == "" || !ask(http.MethodGet, state.Next, "") {
			return 0
		}
	}
}
