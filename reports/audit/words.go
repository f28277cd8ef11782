package audit

import (
	"fmt"

	"canbao/etl/refuse"
)

// actTitles are all acts as people call them, in the order of a choice.
var actTitles = []struct {
	act   Act
	title refuse.Text
}{
	{SignIn, refuse.Text{ZH: "登录", EN: "sign-in"}},
	{SignInFailed, refuse.Text{ZH: "登录失败", EN: "sign-in failed"}},
	{SignOut, refuse.Text{ZH: "退出", EN: "sign-out"}},
	{Query, refuse.Text{ZH: "查询", EN: "query"}},
	{Export, refuse.Text{ZH: "导出", EN: "export"}},
	{Reveal, refuse.Text{ZH: "显示身份", EN: "reveal"}},
	{UserChange, refuse.Text{ZH: "用户变更", EN: "change of users"}},
	{Load, refuse.Text{ZH: "装载", EN: "load"}},
	{Unload, refuse.Text{ZH: "撤回", EN: "unload"}},
	{Visit, refuse.Text{ZH: "走访结果", EN: "visits"}},
	{Correct, refuse.Text{ZH: "更正", EN: "correction"}},
	{Dismiss, refuse.Text{ZH: "作废", EN: "dismissal"}},
	{Build, refuse.Text{ZH: "计算", EN: "build"}},
	{Publish, refuse.Text{ZH: "发布", EN: "publish"}},
	{Bulletin, refuse.Text{ZH: "通报", EN: "bulletin"}},
	{KeyChange, refuse.Text{ZH: "密钥变更", EN: "change of key"}},
	{Serve, refuse.Text{ZH: "服务启停", EN: "service"}},
	{Stop, refuse.Text{ZH: "停止查询", EN: "stop"}},
	{AuditRead, refuse.Text{ZH: "查看记录", EN: "record read"}},
	{Healed, refuse.Text{ZH: "记录修复", EN: "record healed"}},
}

// Acts are all acts.
func Acts() []Act {
	all := make([]Act, len(actTitles))
	for i, t := range actTitles {
		all[i] = t.act
	}
	return all
}

// Title is the act in words.
func (a Act) Title() refuse.Text {
	for _, t := range actTitles {
		if t.act == a {
			return t.title
		}
	}
	return refuse.Text{ZH: string(a), EN: string(a)}
}

// OutcomeTitle is an outcome in words.
func OutcomeTitle(outcome string) refuse.Text {
	switch outcome {
	case OK:
		return refuse.Text{ZH: "完成", EN: "done"}
	case Refused:
		return refuse.Text{ZH: "被拒绝", EN: "refused"}
	case Failed:
		return refuse.Text{ZH: "失败", EN: "failed"}
	case Stopped:
		return refuse.Text{ZH: "被停止", EN: "stopped"}
	}
	return refuse.Text{ZH: outcome, EN: outcome}
}

// Title is the kind in words.
func (k Kind) Title() refuse.Text {
	switch k {
	case Changed:
		return refuse.Text{ZH: "改动", EN: "changed"}
	case Missing:
		return refuse.Text{ZH: "缺失", EN: "missing"}
	case Reordered:
		return refuse.Text{ZH: "错位", EN: "reordered"}
	case Repeated:
		return refuse.Text{ZH: "重复", EN: "repeated"}
	case CutOff:
		return refuse.Text{ZH: "截去", EN: "cut off"}
	case NoHead:
		return refuse.Text{ZH: "头不符", EN: "head"}
	case NotThere:
		return refuse.Text{ZH: "抄下的头不在", EN: "not there"}
	}
	return refuse.Text{ZH: string(k), EN: string(k)}
}

// Text is the finding in words.
func (f Finding) Text() refuse.Text {
	which := refuse.Text{ZH: fmt.Sprintf("第 %d 条", f.Seq), EN: fmt.Sprintf("entry %d", f.Seq)}
	is, are := "is", "was"
	if f.Until > f.Seq {
		which = refuse.Text{ZH: fmt.Sprintf("第 %d 至 %d 条", f.Seq, f.Until), EN: fmt.Sprintf("entries %d to %d", f.Seq, f.Until)}
		is, are = "are", "were"
	}
	switch f.Kind {
	case Changed:
		return refuse.Text{ZH: which.ZH + "被改动过", EN: which.EN + " " + are + " changed"}
	case Missing:
		return refuse.Text{ZH: which.ZH + "不见了", EN: which.EN + " " + is + " missing"}
	case Reordered:
		return refuse.Text{ZH: which.ZH + "不在原来的位置", EN: which.EN + " " + is + " not where it was written"}
	case Repeated:
		return refuse.Text{ZH: which.ZH + "出现两次", EN: which.EN + " " + is + " there twice"}
	case CutOff:
		return refuse.Text{ZH: "末尾被截去：" + which.ZH + "不见了", EN: "the end was cut off: " + which.EN + " " + is + " missing"}
	case NotThere:
		return refuse.Text{ZH: "记录里没有抄下的头 " + f.Hash + "：它之前的内容被改写过，或末尾被截去", EN: "the head noted, " + f.Hash + ", is not in the record: what led to it was written anew, or cut off"}
	}
	if f.Seq > 0 {
		return refuse.Text{ZH: "头文件与" + which.ZH + "不符：两者之一被改动过", EN: "the head is not that of " + which.EN + ": one of them was changed"}
	}
	return refuse.Text{ZH: "头文件不见了或不能读，末尾是否被截去无从知道", EN: "the head is missing or cannot be read: whether the end was cut off cannot be told"}
}
