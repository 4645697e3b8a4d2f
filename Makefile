# What a newcomer needs: make setup, make, make demo, make test. `make help` lists the rest.
PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift

VERSION := $(shell sed -n 's/^#define GAN_VERSION "\(.*\)"/\1/p' Sources/CGAN/include/gan_types.h)
SONAME := libgan.so.0

# The Swift runtime goes inside (SwiftPM's own option for that ignores dynamic products). The scratch
# path is apart from the tests', whose flags differ and would rebuild everything.
BUILD := $(SWIFT) build -c release --scratch-path .build-library -Xswiftc -static-stdlib -Xswiftc -use-ld=lld \
  --disable-local-rpath -Xlinker --gc-sections -Xlinker -s
SHARED := -Xlinker --version-script=$(CURDIR)/build/libgan.map -Xlinker -soname=$(SONAME) \
  -Xlinker -z -Xlinker nodelete

.PHONY: all library command setup demo test test-hard quality bench bench-all header install wheel footprint clean help

## all: the library (build/lib/libgan.so) and the command (build/bin/gan)
all: library command

## library: build/lib/libgan.so alone
library:
	@mkdir -p build/lib
	scripts/header --map > build/libgan.map
	$(BUILD) --product GANABI $(SHARED)
	install -m 755 .build-library/release/libGANABI.so build/lib/libgan.so.$(VERSION)
	ln -sf libgan.so.$(VERSION) build/lib/$(SONAME)
	ln -sf $(SONAME) build/lib/libgan.so

## command: build/bin/gan alone
command:
	@mkdir -p build/bin
	$(BUILD) --product gan
	install -m 755 .build-library/release/gan build/bin/gan

## setup: installs what is missing (says what it will do first)
setup:
	scripts/setup

## demo: from a fresh clone to a grid of generated digits
demo:
	scripts/demo

## test: every test that a change needs, at most 10 minutes on two cores
test:
	scripts/test

## test-hard: sanitizers, valgrind, fuzzers, failing memory, kill -9, every preset (parts: scripts/test-hard PART…)
test-hard:
	scripts/test-hard

## quality: what the families learn of MNIST (MNIST=folder of its IDX files), appended to docs/results.md
quality:
	scripts/quality

## bench: speed, measured beside PyTorch, JAX and ONNX Runtime
bench:
	scripts/bench

## bench-all: that, a busy machine, scaling with its plots, and bf16's quality (half an hour)
bench-all:
	scripts/bench --all

## header: include/gan.h and the Python prototypes, from the sources of the ABI
header:
	scripts/header

## install: PREFIX=/somewhere (bin/gan, lib/libgan.so, include/gan.h, lib/pkgconfig/gan.pc)
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib/pkgconfig
	install -m 755 build/bin/gan $(DESTDIR)$(PREFIX)/bin/gan
	install -m 755 build/lib/libgan.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/
	ln -sf libgan.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(PREFIX)/lib/libgan.so
	install -m 644 include/gan.h $(DESTDIR)$(PREFIX)/include/gan.h
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' bindings/c/gan.pc.in \
	  > $(DESTDIR)$(PREFIX)/lib/pkgconfig/gan.pc

## wheel: dist/libgan-….whl, the Python package with the library in it
wheel:
	scripts/wheel

## footprint: size, time to the first sample and memory, beside import torch
footprint:
	scripts/footprint

## clean: removes everything that was built
clean:
	rm -rf build dist .build .build-library .build-release .build-example
	$(MAKE) -C bindings/c clean

help:
	@sed -n 's/^## /  /p' Makefile
