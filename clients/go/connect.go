package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// messageBytes is the largest size of one message. A report may be larger than the 4 MiB that gRPC
// accepts by default.
const messageBytes = 64 << 20

// connect opens a channel, unencrypted unless a certificate or --tls requests TLS.
func connect(o options) (*grpc.ClientConn, error) {
	transport := insecure.NewCredentials()
	if o.tls || o.ca != "" || o.cert != "" {
		config, err := tlsConfig(o)
		if err != nil {
			return nil, err
		}
		transport = credentials.NewTLS(config)
	}
	return grpc.NewClient(o.address, grpc.WithTransportCredentials(transport),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(messageBytes)))
}

func tlsConfig(o options) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.ca != "" {
		pem, err := os.ReadFile(o.ca)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s: no certificate", o.ca)
		}
	}
	if o.cert != "" {
		pair, err := tls.LoadX509KeyPair(o.cert, o.key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// token returns the bearer token. It is not an argument, because other users of the machine could
// read it.
func token(o options) (string, error) {
	if o.tokenFile == "" {
		return os.Getenv("BANMIAN_TOKEN"), nil
	}
	text, err := os.ReadFile(o.tokenFile)
	return strings.TrimSpace(string(text)), err
}
