package synth

import (
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// word is a text as the files hold it: UTF-8 and GB18030, encoded once.
type word [2]string

const (
	inUTF8 = iota
	inGB
)

func wordOf(s string) word {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(s)
	if err != nil {
		panic(err) // GB18030 holds all of Unicode
	}
	return word{s, gb}
}

// wordsOf makes words of a text separated by blanks.
func wordsOf(text string) []word {
	var words []word
	for _, s := range strings.Fields(text) {
		words = append(words, wordOf(s))
	}
	return words
}

// Common surnames of Yiwu first, then of those who came from elsewhere.
var surnames = wordsOf(`王 陈 吴 楼 朱 金 张 骆 何 龚 黄 方 丁 叶 虞 傅 毛 徐 赵 刘 李 周 杨 宗 冯 贾 应 蒋 季 孟
	胡 孙 马 林 郭 罗 高 郑 梁 谢 宋 唐 许 韩 邓 曹 彭 曾 肖 田 董 袁 潘 于 余 杜 苏 魏 程 吕 沈 任 姚 卢 姜 崔 钟 谭 陆 汪
	范 石 廖 韦 夏 白 邹 熊 秦 邱 江 尹 薛 阎 段 雷 侯 龙 史 陶 黎 贺 顾 郝 万 钱 严 武 戴 莫 孔 向 汤 欧阳 诸葛`)

var given = wordsOf(`伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀 霞 平 刚 桂 英 华 玉 兰 红 建 国 志 文 斌 燕 玲
	海 波 宁 春 梅 鹏 飞 云 山 林 松 柏 青 雪 雨 晨 阳 光 辉 宇 浩 然 子 轩 涵 梓 欣 怡 诗 琪 佳 慧 雅 婷 思 梦 瑶 嘉 俊 豪
	博 睿 铭 泽 凯 旭 东 南 西 北 金 银 铜 水 根 土 生 福 寿 贵 荣 昌 盛 康 庆 祥 瑞 吉 利 宝 珍 珠 翠 莲 菊 香 凤 仙 月 星 素
	琴 棋 书 画 礼 义 仁 信 忠 孝 良 善 德 才 学 成 立 新 民 安 和 乐 清 正 廉 洁 芬 萍 莉 倩 萱 璐 璟 珂 彤 彬 昊 晟 骏 骁 翔`)

// Beginnings and ends of the names of villages.
var (
	stemHeads = strings.Fields(`上 下 前 后 东 西 里 外 大 小 新 老 王 陈 吴 楼 朱 金 张 骆 何 龚 黄 方 丁 叶 虞 傅 毛 徐
		杨 石 青 白 红 荷 梅 竹 松 柳 桃 樟 枫 莲 龙 凤 虎 马 鹤 塔 溪 湖 云 山 岭 清 长 高 平 双 三 五 七 八 九`)
	stemTails = strings.Fields(`宅 店 塘 山 畈 坞 溪 桥 头 田 坑 园 岭 岩 塔 坡 湖 井 村畈 塘下 山头 宅里 塘边 桥头 店口 溪滩 岭脚 坞口 里塘 麻车 祠堂 牌 金`)
	estates   = strings.Fields(`春华 秋实 望江 香山 宾王 工人北 城中 朝阳 东洲 西门 孝子祠 通惠 绣湖 词林 黄园 宗塘 商城 南门 胜利 永胜 幸福 银海 金城 紫荆 兴隆 锦都 江滨 鸡鸣山 端头 五爱 长春 凌云`)
)

var schoolKinds = []string{"中心小学", "实验小学", "初级中学", "高级中学", "职业技术学校"}

// Words of the extracts.
var (
	yes, no       = wordOf("是"), wordOf("否")
	male, female  = wordOf("男"), wordOf("女")
	none          = word{"", ""}
	schemeLong    = [schemes]word{wordOf("城乡居民基本养老保险"), wordOf("城乡居民基本医疗保险"), wordOf("大病保险选缴"), wordOf("企业职工基本养老保险"), wordOf("职工基本医疗保险"), wordOf("异地养老"), wordOf("异地医保")}
	schemeShort   = [schemes]word{wordOf("居民养老"), wordOf("居民医保"), wordOf("大病选缴"), wordOf("职工养老"), wordOf("职工医保"), wordOf("异地养老"), wordOf("异地医保")}
	schemeMiddle  = [schemes]word{wordOf("城乡居民养老"), wordOf("城乡居民医疗"), wordOf("大病保险"), wordOf("机关事业单位养老"), wordOf("职工医保"), wordOf("异地养老"), wordOf("异地医保")}
	statuses      = [3]word{wordOf("正常参保"), wordOf("终止参保"), wordOf("暂停参保")}
	channels      = wordsOf("银行批扣 支付宝 微信 自助终端 银行柜面 办税服务厅")
	banks         = append([]word{none}, wordsOf("义乌农商银行 浙江稠州商业银行 中国农业银行 中国工商银行 中国建设银行 中国银行 邮储银行")...)
	success, lost = wordOf("成功"), wordOf("失败")
	full, partial = wordOf("全额"), wordOf("部分")
	aids          = [2]word{wordOf("资助参保"), wordOf("医疗救助")}
	offices       = wordsOf("民政局 残联 财政局 医保局")
	payWords      = [3]word{wordOf("缴费"), wordOf("退费"), wordOf("冲正")}
	exemptions    = append([]word{none}, wordsOf("死亡 户口迁出 现役军人 服刑人员 出国定居")...)
	hardships     = append([]word{none}, wordsOf("低保对象 特困人员 残疾人 低保边缘户 因病致贫人员")...)
	documents     = wordsOf("居民身份证 港澳居民居住证 台湾居民居住证 护照")
)

// Areas that areas.csv does not know.
var (
	unknownVillage = wordOf("外来人口集聚区")
	unknownCode    = wordOf("330782999999")
)

// Words of dirty rows.
var (
	wideBlank  = wordOf("\u3000")
	wideDigits = wordsOf("０ １ ２ ３ ４ ５ ６ ７ ８ ９")
	yuanSign   = wordOf("￥")
	yuanWord   = wordOf("元")
	attached   = wordOf("见附件")
	noDays     = wordsOf("2020-02-30 2020-13-01 20201131 00000000 待核 2020年11月31日")
	noAmounts  = wordsOf("待定 — 肆佰捌拾 4l0.00")
	noWords    = wordsOf("不详 待核实 同上")
	noSchemes  = wordsOf("居民保险 医保 生育保险")
	noTowns    = wordsOf("不详 外地 开发区 义乌镇")
)

// Schemes, numbered for the tables above.
const (
	pension = iota
	medical
	critical
	employeePension
	employeeMedical
	elsewherePension
	elsewhereMedical
	schemes
)

// schemeNames are the contract's names of the schemes.
var schemeNames = [schemes]string{"pension", "medical", "critical", "employee_pension", "employee_medical", "elsewhere_pension", "elsewhere_medical"}

// benefitYear of the three schemes that have one.
var benefitYear = [3]int{2020, 2021, 2021}
