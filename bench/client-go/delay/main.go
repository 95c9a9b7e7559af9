// delay: a TCP proxy that holds every byte back for a while in each direction, as a network with that half round trip does.
//
//	delay -l 127.0.0.1:9700 -t 127.0.0.1:6443 -d 1ms    # a round trip of 2 ms, usual between zones
package main

import (
	"flag"
	"net"
	"time"
)

type chunk struct {
	bytes []byte
	at    time.Time
}

// pipe copies from one connection to another, each byte d late.
func pipe(to, from net.Conn, d time.Duration) {
	chunks := make(chan chunk, 4096)
	go func() {
		defer close(chunks)
		for {
			buffer := make([]byte, 65536)
			n, err := from.Read(buffer)
			if n > 0 {
				chunks <- chunk{buffer[:n], time.Now().Add(d)}
			}
			if err != nil {
				return
			}
		}
	}()
	for c := range chunks {
		time.Sleep(time.Until(c.at))
		if _, err := to.Write(c.bytes); err != nil {
			from.Close()
			break
		}
	}
	if tcp, ok := to.(*net.TCPConn); ok {
		tcp.CloseWrite()
	}
}

func main() {
	listen := flag.String("l", "127.0.0.1:9700", "listen here")
	target := flag.String("t", "127.0.0.1:6443", "and connect there")
	d := flag.Duration("d", time.Millisecond, "half a round trip")
	flag.Parse()
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		panic(err)
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", *target)
		if err != nil {
			client.Close()
			continue
		}
		go pipe(server, client, *d)
		go pipe(client, server, *d)
	}
}
