package web

import (
	"context"
	"strconv"
	"sync"

	"canbao/models/measure"
	"canbao/reports/desk"
)

// outlines are those of the snapshots last read, by number and by who sees which
// part.
type outlines struct {
	mutex sync.Mutex
	at    map[string]*measure.Outline
}

// mostOutlines bounds them: more than the towns of a city and a few snapshots.
const mostOutlines = 256

func (p *press) outline(ctx context.Context, l *desk.Lease, areas string) (*measure.Outline, error) {
	key := strconv.Itoa(l.Number) + "\x00" + areas
	p.outlines.mutex.Lock()
	found, known := p.outlines.at[key]
	p.outlines.mutex.Unlock()
	if known {
		return found, nil
	}
	made, err := l.Reader.Outline(ctx, p.s.Campaign)
	if err != nil {
		return nil, err
	}
	p.outlines.mutex.Lock()
	defer p.outlines.mutex.Unlock()
	if p.outlines.at == nil || len(p.outlines.at) >= mostOutlines {
		p.outlines.at = map[string]*measure.Outline{}
	}
	p.outlines.at[key] = made
	return made, nil
}
