package lake

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"golang.org/x/sync/errgroup"

	"canbao/etl/refuse"
)

// store is a bucket of an object store that speaks S3, or a part of one. A nil
// store is none: what is written stays on the disk.
type store struct {
	client       *minio.Client
	name, prefix string // the bucket; "" or what the names of its objects begin with, up to a slash
	at           string // s3://bucket/prefix, for messages
}

const (
	// transfers is how many files go to or come from a bucket at a time.
	transfers = 8
	// tries is how often a request is made before a bucket counts as out of reach.
	tries = 4
	// cleaning is how long removing what no longer counts may take. What is left is
	// an orphan.
	cleaning = 30 * time.Second
)

// IsStore tells whether a place is a bucket and no folder.
func IsStore(place string) bool { return strings.HasPrefix(place, "s3://") }

// openStore reads s3://bucket/prefix?endpoint=https://host&region=r&path_style=true,
// nil for "". The keys are those of the environment or of the user's AWS files:
// they stand in no setting.
func openStore(text string) (*store, error) {
	if text == "" {
		return nil, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil {
		return nil, badStore(text)
	}
	o := minio.Options{Secure: true, MaxRetries: tries, Creds: credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{}, &credentials.FileAWSCredentials{},
	})}
	endpoint := "s3.amazonaws.com"
	for key, values := range u.Query() {
		switch value := values[0]; key {
		case "endpoint":
			host, secure := strings.CutPrefix(value, "https://")
			if !secure {
				host, o.Secure = strings.TrimPrefix(value, "http://"), !strings.HasPrefix(value, "http://")
			}
			endpoint = strings.TrimSuffix(host, "/")
		case "region":
			o.Region = value
		case "path_style":
			if value == "true" {
				o.BucketLookup = minio.BucketLookupPath
			}
		default:
			return nil, badStore(text)
		}
	}
	s := &store{name: u.Host, prefix: strings.Trim(u.Path, "/"), at: strings.TrimSuffix("s3://"+u.Host+u.Path, "/")}
	if s.prefix != "" {
		s.prefix += "/"
	}
	if s.client, err = minio.New(endpoint, &o); err != nil {
		return nil, badStore(text)
	}
	return s, nil
}

func badStore(text string) error {
	if before, after, keys := strings.Cut(text, "@"); keys {
		text = before[:strings.LastIndexByte(before, '/')+1] + "...@" + after // keys that do not belong there
	}
	return &refuse.Error{
		What:  refuse.Text{ZH: "设置 lake 的存储桶地址不对", EN: "the setting lake is no address of a bucket"},
		Where: text,
		Do: refuse.Text{ZH: "写法如 s3://桶/前缀?endpoint=https://主机:9000&region=区域&path_style=true；密钥写在环境变量 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY 里",
			EN: "such as s3://bucket/prefix?endpoint=https://host:9000&region=name&path_style=true; the keys are the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"},
	}
}

// put uploads the files of a folder; they count once the ledger lists them.
func (s *store) put(ctx context.Context, folder, dir string, files []file) error {
	if s == nil {
		return nil
	}
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(transfers)
	for _, f := range files {
		work.Go(func() error {
			info, err := s.client.FPutObject(ctx, s.name, s.prefix+folder+"/"+f.name, filepath.Join(dir, f.name), minio.PutObjectOptions{ContentType: "application/vnd.apache.parquet"})
			if err == nil && info.Size != f.bytes {
				err = io.ErrShortWrite
			}
			return s.fault(folder+"/"+f.name, err)
		})
	}
	return work.Wait()
}

// files are the sizes of all there is, in bytes by the name below the prefix.
func (s *store) files(ctx context.Context) (map[string]int64, error) {
	all := map[string]int64{}
	for o := range s.client.ListObjectsIter(ctx, s.name, minio.ListObjectsOptions{Prefix: s.prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, s.fault("", o.Err)
		}
		all[strings.TrimPrefix(o.Key, s.prefix)] = o.Size
	}
	return all, nil
}

// fill makes the copy in dir whole.
func (s *store) fill(ctx context.Context, dir string, listed fileList) error {
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(transfers)
	for _, folder := range slices.Sorted(maps.Keys(listed)) {
		inside := filepath.Join(dir, folder)
		entries, _ := os.ReadDir(inside) // what cannot be read is fetched
		have := map[string]int64{}
		for _, e := range entries {
			info, err := e.Info()
			if _, ours := listed[folder][e.Name()]; err != nil || !ours {
				if err := os.RemoveAll(filepath.Join(inside, e.Name())); err != nil {
					return err
				}
				continue
			}
			have[e.Name()] = info.Size()
		}
		for name, bytes := range listed[folder] {
			if size, there := have[name]; there && size == bytes {
				continue
			}
			work.Go(func() error {
				to := filepath.Join(inside, name)
				if err := os.RemoveAll(to); err != nil {
					return err
				}
				return s.fault(folder+"/"+name, s.client.FGetObject(ctx, s.name, s.prefix+folder+"/"+name, to, minio.GetObjectOptions{}))
			})
		}
	}
	return work.Wait()
}

func (s *store) read(ctx context.Context, name string) (string, error) {
	o, err := s.client.GetObject(ctx, s.name, s.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return "", s.fault(name, err)
	}
	defer o.Close()
	text, err := io.ReadAll(io.LimitReader(o, 1<<10))
	return string(text), s.fault(name, err)
}

func (s *store) write(ctx context.Context, name, text string) error {
	_, err := s.client.PutObject(ctx, s.name, s.prefix+name, strings.NewReader(text), int64(len(text)), minio.PutObjectOptions{ContentType: "text/plain"})
	return s.fault(name, err)
}

// remove removes objects by their names below the prefix.
func (s *store) remove(ctx context.Context, names []string) error {
	if len(names) == 0 {
		return nil
	}
	gone := func(yield func(minio.ObjectInfo) bool) {
		for _, name := range names {
			if !yield(minio.ObjectInfo{Key: s.prefix + name}) {
				return
			}
		}
	}
	results, err := s.client.RemoveObjectsWithIter(ctx, s.name, gone, minio.RemoveObjectsOptions{})
	if err != nil {
		return s.fault("", err)
	}
	for r := range results {
		err = errors.Join(err, s.fault(strings.TrimPrefix(r.ObjectName, s.prefix), r.Err))
	}
	return err
}

// removeFolders removes what is in folders, as far as it can.
func (s *store) removeFolders(folders []string) {
	if s == nil || len(folders) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), cleaning)
	defer cancel()
	there, err := s.files(ctx)
	if err != nil {
		return
	}
	var names []string
	for name := range there {
		if slices.Contains(folders, name[:max(0, strings.LastIndexByte(name, '/'))]) {
			names = append(names, name)
		}
	}
	s.remove(ctx, names)
}

// Fault is a failure of the object store, in a person's words. It is none of a
// file that is being loaded, and so no refusal: the load ends.
type Fault struct {
	What, Do refuse.Text
	Where    string // the bucket or the object
	Err      error
}

func (f *Fault) Error() string { return f.Where + ": " + f.What.EN + "; " + f.Do.EN }

// Unwrap returns what the store or the network said.
func (f *Fault) Unwrap() error { return f.Err }

// fault tells what a person can do about an error of the store.
func (s *store) fault(name string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	f := &Fault{Where: strings.TrimSuffix(s.at+"/"+name, "/"), Err: err}
	var said minio.ErrorResponse
	if !errors.As(err, &said) {
		f.What = refuse.Text{ZH: "存储桶连不上（" + err.Error() + "）", EN: "the bucket cannot be reached (" + err.Error() + ")"}
		f.Do = refuse.Text{ZH: "检查网络和设置 lake 里的 endpoint，再试一次", EN: "check the network and the endpoint in the setting lake, then try again"}
		return f
	}
	switch said.Code {
	case "NoSuchBucket":
		f.What = refuse.Text{ZH: "没有这个存储桶", EN: "there is no such bucket"}
		f.Do = refuse.Text{ZH: "先建好存储桶，或改正设置 lake", EN: "make the bucket first, or correct the setting lake"}
	case "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "AuthorizationHeaderMalformed":
		f.What = refuse.Text{ZH: "存储桶不认密钥（" + said.Code + "）", EN: "the bucket refuses the keys (" + said.Code + ")"}
		f.Do = refuse.Text{ZH: "检查环境变量 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY，以及设置 lake 里的 region", EN: "check the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and the region in the setting lake"}
	default:
		f.What = refuse.Text{ZH: "存储桶报错（" + said.Code + "：" + said.Message + "）", EN: "the bucket failed (" + said.Code + ": " + said.Message + ")"}
		f.Do = refuse.Text{ZH: "排除后再试一次", EN: "put it right and try again"}
	}
	return f
}
