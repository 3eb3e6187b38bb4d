"""Speed, throughput, memory and start of XongViệc, measured on this machine: `make bench`."""
