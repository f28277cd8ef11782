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
		names, _, err := r.engine.Columns(ctx, "select * from "+m.table())
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
	if err := r.engine.View(ctx, membership, strings.Join(parts, "\nunion all\n")); err != nil {
		return fmt.Errorf("build %s: %w", membership, err)
	}
	return nil
}

// packed is how many indicators one BIGINT carries, two bits each.
const packed = 30

// makeStretch makes mart.stretch: own/stretch.sql and one column per indicator:
// null where the person is not expected, false where missing, true where
// counted. An indicator is a condition on core.state, so the first day of a
// membership finds the stretch.
//
// On one day a person has at most one membership an indicator. So a sum can
// carry them all, two bits each, and one grouping does for a hundred columns.
func (r *run) makeStretch(ctx context.Context) error {
	text, err := r.stretchText()
	if err == nil {
		err = r.engine.Published(ctx, stretchTable, text)
	}
	if err != nil {
		return fmt.Errorf("build %s: %w", stretchTable, err)
	}
	return nil
}

// stretchText is the query of mart.stretch.
func (r *run) stretchText() (string, error) {
	var columns, sums, cases []string
	ids := r.indicators()
	for i, id := range ids {
		word, unit := fmt.Sprintf("w%d", i/packed), int64(1)<<(2*(i%packed))
		cases = append(cases, fmt.Sprintf("when '%s' then %d", id, unit))
		// What is left up to the indicator's two bits tells which of them is set.
		columns = append(columns, fmt.Sprintf(
			",\n    case when m.%[1]s %% %[2]d >= %[3]d then true when m.%[1]s %% %[2]d >= %[4]d then false end as %[5]s",
			word, 4*unit, 2*unit, unit, id))
		if (i+1)%packed == 0 || i+1 == len(ids) {
			sums = append(sums, fmt.Sprintf(
				", cast(sum((case indicator %s else 0 end) * case when counted then 2 else 1 end) as bigint) as %s",
				strings.Join(cases, " "), word))
			cases = nil
		}
	}
	own, err := ownText("stretch")
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(`
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
		strings.Join(sums, ""), membership, own, strings.Join(columns, "")), nil
}

// makePerson makes mart.person.
func (r *run) makePerson(ctx context.Context) error {
	text, err := r.personText(ctx, stretchTable)
	if err == nil {
		err = r.engine.Published(ctx, personTable, text)
	}
	if err != nil {
		return fmt.Errorf("build %s: %w", personTable, err)
	}
	return nil
}

// personText is own/person.sql with how each person stands on the latest day,
// read from mart.stretch or where that was published before.
func (r *run) personText(ctx context.Context, stretch string) (string, error) {
	own, err := ownText("person")
	if err != nil {
		return "", err
	}
	columns, _, err := r.engine.Columns(ctx, "select * from "+stretchTable)
	if err != nil {
		return "", err
	}
	columns = slices.DeleteFunc(columns, func(c string) bool {
		return slices.Contains([]string{"campaign", "person_no", "from_day", "until_day"}, c)
	})
	return fmt.Sprintf(`
with person as (
%s
),
latest as (
    select s.*
    from %s as s
    join staging.span as n on n.campaign = s.campaign
        and s.from_day <= n.latest and (s.until_day is null or s.until_day > n.latest)
)
select p.*, s.%s
from person as p
join latest as s on s.campaign = p.campaign and s.person_no = p.person_no`, own, stretch, strings.Join(columns, ", s.")), nil
}
