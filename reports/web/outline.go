package web

import (
	"context"
	"strconv"
	"sync"

	"canbao/models/measure"
	"canbao/reports/desk"
)

// outline is what every page of a snapshot needs to know before its figures.
type outline struct {
	campaign *measure.Campaign
	areas    []measure.Area
}

// outlines are those of the snapshots last read, by number and by who sees which
// part.
type outlines struct {
	mutex sync.Mutex
	at    map[string]*outline
}

// mostOutlines bounds them: more than the towns of a city and a few snapshots.
const mostOutlines = 256

func (p *press) outline(ctx context.Context, l *desk.Lease, areas string) (*outline, error) {
	key := strconv.Itoa(l.Number) + "\x00" + areas
	p.outlines.mutex.Lock()
	found, known := p.outlines.at[key]
	p.outlines.mutex.Unlock()
	if known {
		return found, nil
	}
	campaign, err := l.Reader.Campaign(ctx, p.s.Campaign)
	if err != nil {
		return nil, err
	}
	all, err := l.Reader.Areas(ctx)
	if err != nil {
		return nil, err
	}
	made := &outline{campaign, all}
	p.outlines.mutex.Lock()
	defer p.outlines.mutex.Unlock()
	if p.outlines.at == nil || len(p.outlines.at) >= mostOutlines {
		p.outlines.at = map[string]*outline{}
	}
	p.outlines.at[key] = made
	return made, nil
}
