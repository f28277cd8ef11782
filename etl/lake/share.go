package lake

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/minio/minio-go/v7"
)

// Shared are files of a lake in a bucket that its ledger does not list: what a
// build hands to a cluster, and what the cluster has computed. They are named as
// below the folder that is the bucket's copy, with slashes.
type Shared struct {
	store  *store
	folder string
}

// Share opens them, nil where the lake is a folder, which a cluster sees itself.
func (p *Place) Share() (*Shared, error) {
	st, err := openStore(p.Store)
	if err != nil || st == nil {
		return nil, err
	}
	return &Shared{st, p.Folder}, nil
}

// Put brings a file of the folder to the bucket.
func (s *Shared) Put(ctx context.Context, name string) error {
	_, err := s.store.client.FPutObject(ctx, s.store.name, s.store.prefix+name, s.path(name), minio.PutObjectOptions{ContentType: "application/vnd.apache.parquet"})
	return s.store.fault(name, err)
}

// Fetch brings a file of the bucket to the folder.
func (s *Shared) Fetch(ctx context.Context, name string) error {
	return s.store.fault(name, s.store.client.FGetObject(ctx, s.store.name, s.store.prefix+name, s.path(name), minio.GetObjectOptions{}))
}

// Remove removes all that the bucket has below a folder.
func (s *Shared) Remove(ctx context.Context, folder string) error {
	var names []string
	for o := range s.store.client.ListObjectsIter(ctx, s.store.name, minio.ListObjectsOptions{Prefix: s.store.prefix + folder + "/", Recursive: true}) {
		if o.Err != nil {
			return s.store.fault(folder, o.Err)
		}
		names = append(names, strings.TrimPrefix(o.Key, s.store.prefix))
	}
	return s.store.remove(ctx, names)
}

func (s *Shared) path(name string) string { return filepath.Join(s.folder, filepath.FromSlash(name)) }
