package synth

// temper is how a town goes about the campaign. Everything the bulletin should
// make visible is planted here.
type temper struct {
	curve     []int // share of the payers who have paid, per ten thousand, at each of the marks
	never     int   // of 100,000 registered people expected in medical_hukou, those who do not pay by the full due day
	late      int   // ... and of these, per thousand, who pay after it
	pension   int   // of 10,000 expected in pension_coverage, those not covered at the full due day
	critical  int   // of 10,000 covered, those who take the critical-illness premium
	guestsIn  int   // of 1,000 guests outside employment, those who join the residents' scheme
	hardship  int   // of 1,000 hardship grants, those not carried out by the full due day
	stuck     bool  // the grants lie in finance
	bankFails bool  // one village's bank files fail until after the due day
	sloppy    int   // how much dirtier its files are, in tenths
	twins     bool  // two of its villages bear one name
	even      bool  // its villages are alike, so that its figures are what is planned
}

// marks are the days of the campaign, from the opening, that a curve speaks of:
// 11-01, 11-08, 11-15, 11-22, 11-30, 12-06, 12-10 and 12-15, at their ends.
var marks = [8]int{0, 7, 14, 21, 29, 35, 39, 44}

var (
	usual   = []int{120, 2300, 4700, 6900, 9300, 9620, 9800, 10000}
	brisk   = []int{200, 3000, 5700, 7800, 9550, 9780, 9890, 10000}
	lazy    = []int{60, 1500, 3500, 5700, 8850, 9350, 9650, 10000}
	waking  = []int{10, 90, 260, 3300, 8700, 9500, 9850, 10000} // starts late and catches up
	stalled = []int{150, 2600, 5200, 7400, 9600, 10000, 10000, 10000}
	ahead   = []int{260, 4100, 7300, 9000, 9930, 9975, 9992, 10000} // leads until the last week
	rushing = []int{120, 2300, 4700, 6900, 9250, 9450, 9600, 10000}
)

var townPlans = []townPlan{
	{code: "330782001", name: "稠城街道", aliases: "稠城", residents: 160, hukou: 92, villages: 42, away: 80,
		temper: temper{curve: usual, never: 70, late: 250, pension: 190, critical: 8700, guestsIn: 580, hardship: 0}},
	{code: "330782002", name: "江东街道", aliases: "江东", residents: 262, hukou: 88, villages: 55, away: 60,
		temper: temper{curve: usual, never: 110, late: 300, pension: 230, critical: 8420, guestsIn: 570, hardship: 6}},
	{code: "330782003", name: "稠江街道", aliases: "稠江|稠江街", residents: 187, hukou: 62, villages: 40, away: 60, // stalls at 99.8 %
		temper: temper{curve: stalled, never: 160, late: 0, pension: 170, critical: 8600, guestsIn: 590, hardship: 0, even: true}},
	{code: "330782004", name: "北苑街道", aliases: "北苑", residents: 236, hukou: 58, villages: 36, away: 60,
		temper: temper{curve: lazy, never: 130, late: 350, pension: 270, critical: 8210, guestsIn: 550, hardship: 12, sloppy: 20}},
	{code: "330782005", name: "后宅街道", aliases: "后宅", residents: 158, hukou: 70, villages: 58, away: 60, // a village's bank files fail
		temper: temper{curve: usual, never: 80, late: 300, pension: 180, critical: 8550, guestsIn: 580, hardship: 0, bankFails: true}},
	{code: "330782006", name: "城西街道", aliases: "城西", residents: 121, hukou: 47, villages: 46, away: 60,
		temper: temper{curve: usual, never: 60, late: 250, pension: 160, critical: 8480, guestsIn: 590, hardship: 0}},
	{code: "330782007", name: "廿三里街道", aliases: "廿三里", residents: 147, hukou: 52, villages: 48, away: 70,
		temper: temper{curve: lazy, never: 100, late: 400, pension: 240, critical: 8330, guestsIn: 560, hardship: 8, twins: true}},
	{code: "330782008", name: "福田街道", aliases: "福田", residents: 201, hukou: 66, villages: 44, away: 60,
		temper: temper{curve: brisk, never: 65, late: 250, pension: 150, critical: 8660, guestsIn: 590, hardship: 0}},
	{code: "330782100", name: "佛堂镇", aliases: "佛堂", residents: 156, hukou: 85, villages: 97, away: 80, // leads until the last week
		temper: temper{curve: ahead, never: 76, late: 100, pension: 175, critical: 8750, guestsIn: 600, hardship: 3}},
	{code: "330782101", name: "赤岸镇", aliases: "赤岸", residents: 33, hukou: 43, villages: 50, away: 270,
		temper: temper{curve: lazy, never: 85, late: 300, pension: 210, critical: 8250, guestsIn: 570, hardship: 5}},
	{code: "330782102", name: "义亭镇", aliases: "义亭", residents: 66, hukou: 60, villages: 68, away: 110, // grants stuck in finance
		temper: temper{curve: usual, never: 75, late: 300, pension: 190, critical: 8520, guestsIn: 580, hardship: 680, stuck: true}},
	{code: "330782104", name: "上溪镇", aliases: "上溪", residents: 47, hukou: 53, villages: 56, away: 160, // starts late, catches up
		temper: temper{curve: waking, never: 45, late: 300, pension: 155, critical: 8580, guestsIn: 590, hardship: 0}},
	{code: "330782105", name: "苏溪镇", aliases: "苏溪", residents: 58, hukou: 45, villages: 38, away: 90,
		temper: temper{curve: rushing, never: 35, late: 300, pension: 130, critical: 8610, guestsIn: 600, hardship: 0}},
	{code: "330782106", name: "大陈镇", aliases: "大陈", residents: 27, hukou: 32, villages: 36, away: 150,
		temper: temper{curve: usual, never: 50, late: 250, pension: 145, critical: 8450, guestsIn: 580, hardship: 0}},
}
