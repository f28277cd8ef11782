package desk

import (
	"fmt"
	"time"

	"canbao/etl/refuse"
	"canbao/reports/access"
)

func t(zh, en string) refuse.Text { return refuse.Text{ZH: zh, EN: en} }

// LimitError is the cause of a refusal because of a limit.
type LimitError struct{ Limit string }

// The limits there are.
const (
	OverTime   = "time"
	OverMemory = "memory"
	OverRows   = "rows"
	OverBytes  = "bytes"
)

func (e *LimitError) Error() string { return "over the limit of " + e.Limit }

func mayNot(u access.User) error {
	return &refuse.Error{
		What: t(fmt.Sprintf("角色 %s 不能做这件事", u.Role), fmt.Sprintf("role %s may not do this", u.Role)),
		Do:   t("如工作需要，请找系统管理员调整角色", "ask the operator for another role if your work needs it"),
	}
}

func noAreas(u access.User) error {
	return &refuse.Error{
		What: t("用户 "+u.Name+" 还没有对应的镇街", "user "+u.Name+" is bound to no town yet"),
		Do:   t("请系统管理员指定镇街", "the operator binds the user to a town"),
	}
}

func overTime(most time.Duration) error {
	return &refuse.Error{
		What: t(fmt.Sprintf("查询超过 %s 的时限，已停止", most), fmt.Sprintf("the query was stopped at the limit of %s", most)),
		Do:   t("请加条件缩小范围，或先汇总再查", "narrow it with conditions, or ask for sums"),
		Err:  &LimitError{OverTime},
	}
}

func overMemory(most string) error {
	return &refuse.Error{
		What: t("查询需要的内存超过 "+most+" 的上限，已停止", "the query was stopped at the memory limit of "+most),
		Do: t("请加条件缩小范围，减少分组、排序或连接的行数",
			"narrow it with conditions: fewer rows to group, sort or join"),
		Err: &LimitError{OverMemory},
	}
}

func overRows(most int64) error {
	return &refuse.Error{
		What: t(fmt.Sprintf("结果超过 %d 行的上限，只给出了前 %d 行", most, most),
			fmt.Sprintf("the answer has more than %d rows, the limit; only these were given", most)),
		Do:  t("请加条件、加 limit，或改为导出", "add a condition or a limit, or export it"),
		Err: &LimitError{OverRows},
	}
}

func overBytes(most int64) error {
	const mb = 1 << 20
	return &refuse.Error{
		What: t(fmt.Sprintf("结果超过 %d MB 的上限，没有全部给出", most/mb),
			fmt.Sprintf("the answer is larger than %d MB, the limit, and was not given in full", most/mb)),
		Do:  t("请少选几列，加条件或加 limit", "choose fewer columns, add a condition or a limit"),
		Err: &LimitError{OverBytes},
	}
}
