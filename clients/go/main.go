// Command banmian-render renders one newspaper page over gRPC: a PageRecord as JSON, or plain copy.
//
// Files are written only after all of them have arrived complete. Options and exit codes are in
// ../README.md.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"

	"banmian.example/client/gen"
)

//go:generate ./generate.sh

// Exit codes by status, as in `banmian render --remote`; every other status is 2.
var exits = map[codes.Code]int{
	codes.FailedPrecondition: 1, codes.Unavailable: 69, codes.ResourceExhausted: 69,
	codes.DeadlineExceeded: 69, codes.Canceled: 69,
	codes.Internal: 70, codes.Unknown: 70, codes.DataLoss: 70,
}

// failure ends the program with an exit code.
type failure struct {
	exit int
	err  error
}

func (f failure) Error() string { return f.err.Error() }

type options struct {
	source, address, out, output, densityStep, locale string
	ca, cert, key, tokenFile                          string
	tls                                               bool
	timeout                                           float64
}

func parse() (options, error) {
	var o options
	flags := flag.NewFlagSet("banmian-render", flag.ContinueOnError)
	flags.StringVar(&o.address, "address", "127.0.0.1:50051", "host:port of the server")
	flags.StringVar(&o.out, "out", "out", "folder for the files")
	flags.StringVar(&o.output, "output", "press-pdf,preview-png,record-json", "outputs, separated by commas")
	flags.StringVar(&o.densityStep, "density-step", "", "e.g. theory; overrides the record")
	flags.StringVar(&o.locale, "locale", "zh-CN", "zh-CN or en")
	flags.Float64Var(&o.timeout, "timeout", 60, "seconds")
	flags.BoolVar(&o.tls, "tls", false, "TLS with the root certificates of the system")
	flags.StringVar(&o.ca, "ca", "", "TLS with these root certificates (PEM)")
	flags.StringVar(&o.cert, "cert", "", "client certificate for mutual TLS (PEM)")
	flags.StringVar(&o.key, "key", "", "key of the client certificate (PEM)")
	flags.StringVar(&o.tokenFile, "token-file", "", "file with the bearer token; default: variable BANMIAN_TOKEN")
	// Package flag stops at the first argument that is not an option, but the source may be anywhere.
	for words := os.Args[1:]; ; words = flags.Args()[1:] {
		if err := flags.Parse(words); err != nil {
			return o, err
		}
		if flags.NArg() == 0 {
			break
		}
		if o.source != "" {
			return o, errors.New("one source at a time")
		}
		o.source = flags.Arg(0)
	}
	switch {
	case o.source == "":
		return o, errors.New("usage: banmian-render SOURCE [options]; see ../README.md")
	case (o.cert == "") != (o.key == ""):
		return o, errors.New("--cert and --key must be given together")
	}
	return o, nil
}

func buildRequest(o options) (*gen.RenderPageRequest, error) {
	base := filepath.Base(o.source)
	ending := filepath.Ext(base)
	request := &gen.RenderPageRequest{Locale: o.locale, Name: strings.TrimSuffix(base, ending)}
	for _, word := range strings.Split(o.output, ",") {
		name := "OUTPUT_" + strings.ToUpper(strings.ReplaceAll(word, "-", "_"))
		kind, known := gen.Output_value[name]
		if !known {
			return nil, failure{64, fmt.Errorf("--output: unknown output %s", name)}
		}
		request.Outputs = append(request.Outputs, gen.Output(kind))
	}
	bytes, err := os.ReadFile(o.source)
	if err != nil {
		return nil, failure{64, err}
	}
	layout := &gen.Layout{}
	if ending == ".json" {
		page := &gen.PageRecord{}
		if err := protojson.Unmarshal(bytes, page); err != nil {
			return nil, failure{2, fmt.Errorf("%s: %w", o.source, err)}
		}
		if page.Layout == nil {
			page.Layout = layout
		}
		layout = page.Layout
		request.Source = &gen.RenderPageRequest_Page{Page: page}
	} else {
		request.Layout = layout
		request.Source = &gen.RenderPageRequest_PlainCopy{PlainCopy: bytes}
	}
	if o.densityStep != "" {
		layout.DensityStep = o.densityStep
	}
	return request, nil
}

func printReport(report *gen.RenderReport, locale string) {
	geometry := report.GetGeometry()
	fmt.Printf("%s  %s/%s  %d 字  %.1f%%  %.12s\n", geometry.GetDate(), report.HouseStyle,
		report.DensityStep, report.Characters, 100*geometry.GetUtilisation(), report.LayoutHash)
	for _, it := range report.Articles {
		fmt.Printf("  %s  %d 字  %s  %s\n", it.ArticleId, it.Characters, it.Headline, strings.Join(it.Authors, " "))
	}
	for _, it := range geometry.GetFit() {
		fmt.Printf("  %s  %d/%d 行  余稿 %d 字\n", it.ArticleId, it.SetLines, it.CapacityLines, it.OverChars)
	}
	for _, it := range report.Findings {
		message, remedy := it.GetMessage().GetZh(), it.GetRemedy().GetZh()
		if locale == "en" {
			message, remedy = it.GetMessage().GetEn(), it.GetRemedy().GetEn()
		}
		place := it.Field
		if place == "" {
			place = fmt.Sprintf("line %d", it.SourceLine)
		}
		severity := strings.TrimPrefix(it.Severity.String(), "SEVERITY_")
		fmt.Printf("  %s %s %s: %s %s\n", severity, it.Code, place, message, remedy)
	}
	for _, it := range report.StageTimes {
		fmt.Printf("  %s %.1f ms", it.Stage, float64(it.Micros)/1000)
	}
	fmt.Println()
}

type artifact struct {
	name string
	data []byte
}

// receive returns the artifacts in order, after checking size and SHA-256 of each.
func receive(stream gen.TypesetService_RenderPageClient, locale string) ([]artifact, error) {
	var artifacts []artifact
	var header *gen.ArtifactHeader
	var data []byte
	for {
		message, err := stream.Recv()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		switch part := message.Part.(type) {
		case *gen.RenderPageResponse_Report:
			printReport(part.Report, locale)
			continue
		case *gen.RenderPageResponse_ArtifactHeader:
			if header == nil {
				header, data = part.ArtifactHeader, nil
				continue
			}
		case *gen.RenderPageResponse_Chunk:
			if header != nil {
				data = append(data, part.Chunk...)
				continue
			}
		case *gen.RenderPageResponse_ArtifactEnd:
			if header != nil {
				sum := sha256.Sum256(data)
				size, hash, end := uint64(len(data)), hex.EncodeToString(sum[:]), part.ArtifactEnd
				if size != header.TotalBytes || size != end.TotalBytes || hash != header.Sha256 || hash != end.Sha256 {
					return nil, failure{70, fmt.Errorf("%s: size or SHA-256 differs", header.FileName)}
				}
				artifacts, header = append(artifacts, artifact{filepath.Base(header.FileName), data}), nil
				continue
			}
		}
		return nil, failure{70, fmt.Errorf("unexpected message: %T", message.Part)}
	}
	if header != nil || len(artifacts) == 0 {
		return nil, failure{70, errors.New("the stream ended early")}
	}
	return artifacts, nil
}

func run() error {
	o, err := parse()
	if err != nil {
		return failure{64, err}
	}
	request, err := buildRequest(o)
	if err != nil {
		return err
	}
	connection, err := connect(o)
	if err != nil {
		return failure{64, err}
	}
	defer connection.Close()
	token, err := token(o)
	if err != nil {
		return failure{64, err}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(o.timeout*float64(time.Second)))
	defer cancel()
	if token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
	}
	stream, err := gen.NewTypesetServiceClient(connection).RenderPage(ctx, request)
	if err != nil {
		return err
	}
	artifacts, err := receive(stream, o.locale)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return failure{64, err}
	}
	for _, it := range artifacts {
		path := filepath.Join(o.out, it.name)
		if err := os.WriteFile(path, it.data, 0o644); err != nil {
			return failure{64, err}
		}
		fmt.Printf("  %s  %d B\n", path, len(it.data))
	}
	return nil
}

func main() {
	err := run()
	if err == nil {
		return
	}
	var ours failure
	if errors.As(err, &ours) {
		fmt.Fprintln(os.Stderr, ours)
		os.Exit(ours.exit)
	}
	theirs := status.Convert(err)
	for _, detail := range theirs.Details() {
		if request, is := detail.(*errdetails.BadRequest); is {
			for _, it := range request.FieldViolations {
				fmt.Fprintf(os.Stderr, "  %s: %s\n", it.Field, it.Description)
			}
		}
	}
	fmt.Fprintf(os.Stderr, "%s: %s\n", theirs.Code(), theirs.Message())
	exit, known := exits[theirs.Code()]
	if !known {
		exit = 2
	}
	os.Exit(exit)
}
