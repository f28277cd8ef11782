package seal

import "testing"

func TestMask(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "张": "*", "张三": "张*", "欧阳小明": "欧***", "阿卜杜拉·买买提": "阿***", "John Smith": "J***", "𠮷田": "𠮷*",
	} {
		if got := MaskName(name); got != want {
			t.Errorf("name %q is %q, want %q", name, got, want)
		}
	}
	for number, want := range map[string]string{
		"": "", "1234": "****", "E1234567": "E******7", "H0123456789": "H0*******89", "330782198001010012": "3307**********0012",
		"军字第330782198001010012号": "军字第3**************012号",
	} {
		if got := MaskNumber(number); got != want {
			t.Errorf("number %q is %q, want %q", number, got, want)
		}
	}
}
