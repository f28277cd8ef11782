package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// memberColumns every indicator must return: one row per campaign, person and
// stretch of days [from_day, until_day) on which the person is expected,
// counted telling whether the person counts. The stretches of a person must not
// overlap; until_day null: it lasts.
var memberColumns = []string{"campaign", "person_no", "area_no", "from_day", "until_day", "counted"}

// makeMembership makes the view of all indicators' memberships. Each speaks for
// the campaigns that assess it.
func (r *run) makeMembership(ctx context.Context) error {
	var parts []string
	for _, id := range r.indicators() {
		m := r.graph.models["indicators."+id]
		names, _, err := describe(ctx, r.conn, "select * from "+m.table())
		if err != nil {
			return fmt.Errorf("build %s: %w", m.file, err)
		}
		for _, want := range memberColumns {
			if !slices.Contains(names, want) {
				return fmt.Errorf("build %s: an indicator returns %s; %s is missing", m.file, strings.Join(memberColumns, ", "), want)
			}
		}
		money := "cast(0 as bigint) as fen_due, cast(0 as bigint) as fen_received"
		if slices.Contains(names, "fen_due") && slices.Contains(names, "fen_received") {
			money = "fen_due, fen_received"
		}
		parts = append(parts, fmt.Sprintf(
			"select m.campaign, '%[1]s' as indicator, m.person_no, m.area_no, m.from_day, m.until_day, m.counted, %[2]s\n"+
				"from indicators.%[1]s as m\nwhere m.campaign in (select campaign from ref.indicator where indicator = '%[1]s')", id, money))
	}
	if len(parts) == 0 { // tallies only: nobody is behind the figures
		parts = []string{"select '' as campaign, '' as indicator, 0 as person_no, 0 as area_no, date '1970-01-01' as from_day, " +
			"cast(null as date) as until_day, false as counted, cast(0 as bigint) as fen_due, cast(0 as bigint) as fen_received where false"}
	}
	if err := r.exec(ctx, "create view "+membership+" as\n"+strings.Join(parts, "\nunion all\n")); err != nil {
		return fmt.Errorf("build %s: %w", membership, err)
	}
	return nil
}

// packed is how many indicators one BIGINT carries, two bits each.
const packed = 30

// makeStretch makes mart.stretch, a view until it is published: own/stretch.sql
// and one column per indicator: null where the person is not expected, false
// where missing, true where counted. An indicator is a condition on core.state,
// so the first day of a membership finds the stretch.
//
// On one day a person has at most one membership an indicator. So a sum can
// carry them all, two bits each, and one grouping does for a hundred columns.
func (r *run) makeStretch(ctx context.Context) error {
	var columns, sums, cases []string
	ids := r.indicators()
	for i, id := range ids {
		word, shift := fmt.Sprintf("w%d", i/packed), 2*(i%packed)
		cases = append(cases, fmt.Sprintf("when '%s' then %d", id, int64(1)<<shift))
		columns = append(columns, fmt.Sprintf(", case (m.%s >> %d) & 3 when 1 then false when 2 then true end as %s", word, shift, id))
		if (i+1)%packed == 0 || i+1 == len(ids) {
			sums = append(sums, fmt.Sprintf(
				", cast(sum((case indicator %s else 0 end) * case when counted then 2 else 1 end) as bigint) as %s",
				strings.Join(cases, " "), word))
			cases = nil
		}
	}
	own, err := ownText("stretch")
	if err != nil {
		return fmt.Errorf("build %s: %w", stretchTable, err)
	}
	text := fmt.Sprintf(`
create view %s as
with member as (
    select campaign, person_no, from_day%s
    from %s
    group by campaign, person_no, from_day
),
stretch as (
%s
)
select s.*%s
from stretch as s
left join member as m on m.campaign = s.campaign and m.person_no = s.person_no and m.from_day = s.from_day`,
		stretchTable, strings.Join(sums, ""), membership, own, strings.Join(columns, ""))
	if err := r.exec(ctx, text); err != nil {
		return fmt.Errorf("build %s: %w", stretchTable, err)
	}
	return nil
}

// makePerson makes mart.person, a view until it is published.
func (r *run) makePerson(ctx context.Context) error {
	text, err := r.personText(stretchTable)
	if err == nil {
		err = r.exec(ctx, "create view "+personTable+" as\n"+text)
	}
	if err != nil {
		return fmt.Errorf("build %s: %w", personTable, err)
	}
	return nil
}

// personText is own/person.sql with how each person stands on the latest day,
// read from mart.stretch or where that was published before.
func (r *run) personText(stretch string) (string, error) {
	own, err := ownText("person")
	return fmt.Sprintf(`
with person as (
%s
),
latest as (
    select s.* exclude (from_day, until_day)
    from %s as s
    join staging.span as n on n.campaign = s.campaign
        and s.from_day <= n.latest and (s.until_day is null or s.until_day > n.latest)
)
select p.*, s.* exclude (campaign, person_no)
from person as p
join latest as s on s.campaign = p.campaign and s.person_no = p.person_no`, own, stretch), err
}
