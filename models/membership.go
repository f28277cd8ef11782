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

// makePerson makes mart.person, a view until it is published: the profile of everyone on the roster and one
// column per indicator, as of the latest day: null where the person is not
// expected, false where missing, true where counted.
//
// On one day a person has at most one membership an indicator. So a sum can
// carry them all, two bits each, and one grouping does for a hundred columns.
func (r *run) makePerson(ctx context.Context) error {
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
	text := fmt.Sprintf(`
create view %s as
with member as (
    select m.campaign, m.person_no%s
    from %s as m
    join staging.span as s on s.campaign = m.campaign
        and m.from_day <= s.latest and (m.until_day is null or m.until_day > s.latest)
    group by m.campaign, m.person_no
)
select p.campaign, p.person, p.area_code, p.town, p.sex, p.age_band, p.hukou, p.resident, p.student, p.exempt, p.category%s
from core.profile as p
left join member as m on m.campaign = p.campaign and m.person_no = p.person_no`,
		personTable, strings.Join(sums, ""), membership, strings.Join(columns, ""))
	if err := r.exec(ctx, text); err != nil {
		return fmt.Errorf("build %s: %w", personTable, err)
	}
	return nil
}
