package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"canbao/etl"
	"canbao/etl/refuse"
	"canbao/etl/seal"
	"canbao/reports/audit"
	"canbao/sql/duck"
)

func (a *app) keyRotateVerb() *cobra.Command {
	cmd := a.verb("rotate", refuse.Text{ZH: "更换密钥，把全部内容改用新密钥加密", EN: "replace the key: everything is sealed anew under another"},
		func(cmd *cobra.Command, _ []string) error {
			if err := a.mustBeWorkspace(); err != nil {
				return err
			}
			cipher := "" // that of the present key
			if cmd.Flags().Changed("cipher") {
				cipher = a.set.Cipher
			}
			return a.rotateKey(cmd.Context(), cipher)
		})
	cmd.Args = none()
	a.takes(cmd, making)
	asked := cmd.Flags().Lookup("cipher")
	asked.DefValue, asked.Usage = "", a.text("新密钥的算法：aes-256 或 sm4（国密），不指定则不变", "cipher of the new key, aes-256 or sm4: that of the present one where none is named")
	a.takes(cmd, listed)
	return cmd
}

// rotateKey seals the warehouse anew. The order makes it safe to die anywhere:
// the new key is on the disk before anything is sealed with it, the warehouse
// changes by one rename, and which key is whose is told by the id in it.
func (a *app) rotateKey(ctx context.Context, cipher string) error {
	if err := a.mustBeSealed(ctx); err != nil {
		return err
	}
	db, key, err := a.openSealed(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	path, err := a.keyPath()
	if err != nil {
		return err
	}
	if cipher == "" {
		cipher = key.Cipher()
	}
	next, made, err := a.keyToBe(path, cipher)
	if err != nil {
		return err
	}
	d, err := a.begin(audit.KeyChange, fmt.Sprintf("rotate %s (%s) to %s (%s)", key.ID(), key.Cipher(), next.ID(), cipher))
	if err != nil {
		return err
	}
	done, err := a.sealAnew(ctx, db, path, key, next, made)
	if err := d.end(ctx, err); err != nil {
		return err
	}
	return a.printRotated(path, key, next, done)
}

// sealAnew seals the warehouse under the next key and makes it the key.
func (a *app) sealAnew(ctx context.Context, db *duck.DB, path string, key, next *seal.Key, made bool) ([]etl.Resealed, error) {
	cipher := next.Cipher()
	a.tell(fmt.Sprintf("更换密钥：%s（%s）→ %s（%s）；中断也不会丢失内容，重新运行即可", key.ID(), key.Cipher(), next.ID(), cipher),
		fmt.Sprintf("replacing the key %s (%s) by %s (%s); should it be cut short nothing is lost, run it again", key.ID(), key.Cipher(), next.ID(), cipher))
	meter := a.newMeter(a.text("重新加密", "seal anew"))
	done, err := etl.Rotation{DB: db, From: key, To: next, Path: a.nextWarehouse(), Progress: meter.at}.Run(ctx)
	meter.end()
	if err != nil {
		if made {
			err = errors.Join(err, os.Remove(nextKey(path)))
		}
		return nil, err
	}
	if err := db.Replace(a.nextWarehouse()); err != nil {
		return nil, err
	}
	if err := a.switchKeys(path, next); err != nil {
		return nil, err
	}
	if a.set.Engine != engineTrino {
		return done, nil
	}
	// Of the lake under the former key nothing stays behind: opening the warehouse
	// clears away what it does not list.
	return done, a.bringUp(ctx)
}

// mustBeSealed refuses to rotate the key of a warehouse that holds nothing.
func (a *app) mustBeSealed(ctx context.Context) error {
	id, err := a.warehouseKey(ctx)
	if err != nil || id != "" {
		return err
	}
	return &refuse.Error{
		What:  refuse.Text{ZH: "还没有装载任何数据，没有可更换的", EN: "nothing has been loaded, there is nothing to seal anew"},
		Where: a.dir,
		Do: refuse.Text{
			ZH: "要换一把密钥，删去密钥文件后用 " + a.command("key init"),
			EN: "for another key remove the key file, then " + a.command("key init"),
		},
	}
}

// keyToBe is the key to seal with from now on, on the disk beside the present
// one. A rotation that was cut short may have left one: it is taken, or kept
// aside where it is for another cipher, never removed. made tells a new one.
func (a *app) keyToBe(path, cipher string) (key *seal.Key, made bool, err error) {
	at := nextKey(path)
	if exists(at) {
		if key, err = seal.ReadKey(at); err != nil {
			return nil, false, err
		}
		if key.Cipher() == cipher {
			return key, false, nil
		}
		if err := os.Rename(at, formerKey(path, key.ID())); err != nil {
			return nil, false, fmt.Errorf("keep the key of an unfinished rotation: %w", err)
		}
	}
	if key, err = seal.NewKeyFor(cipher); err != nil {
		return nil, false, err
	}
	return key, true, key.Write(at)
}

// printRotated lists what was sealed anew and tells what is left to do.
func (a *app) printRotated(path string, was, now *seal.Key, done []etl.Resealed) error {
	l := listing{columns: []column{
		{key: "table", title: refuse.Text{ZH: "表", EN: "table"}},
		{key: "rows", title: refuse.Text{ZH: "重新加密的行", EN: "rows sealed anew"}, right: true},
	}}
	for _, d := range done {
		name := strings.TrimPrefix(d.Table, "raw.")
		shown := datasetTitle(name, a.set.Lang)
		switch name {
		case "quarantine":
			shown = a.text("暂存的行", "rows held back")
		case "correction":
			shown = a.text("更正过的行", "rows corrected")
		case "document":
			shown = a.text("过长的证件号码", "long document numbers")
		}
		l.add(cell{data: name, shown: shown}, plain(d.Rows))
	}
	if err := a.print(l); err != nil {
		return err
	}
	kept := formerKey(path, was.ID())
	a.tell(fmt.Sprintf(`密钥已更换：新密钥 %s（%s）在 %s，请立即备份。
旧密钥留在 %s：以前备份的数据仓库仍要用它打开；这些备份都不要了，再删它。
已发布的快照里还是旧的人员代码，请接着运行 %s`, now.ID(), now.Cipher(), path, kept, a.command("build")),
		fmt.Sprintf(`The key is replaced: the new one, %s (%s), is %s; back it up at once.
The former one is kept as %s: backups of the warehouse made so far still need it; remove it once they are gone.
The published snapshot still bears the former person keys: now run %s`, now.ID(), now.Cipher(), path, kept, a.command("build")))
	return nil
}
