# The door to the common commands; each is a line or two of Maven or a script.
MVN  ?= mvn -B -q
SHELL := /bin/bash

# Ports of `make run`, all on 127.0.0.1.
MQTT_PORT  ?= 1883
HTTP_PORT  ?= 8080
STORE_PORT ?= 9000
export MQTT_PORT HTTP_PORT STORE_PORT HISTORY FRESH
export EDGE_1_PORT EDGE_2_PORT KAFKA_PORT

# Words of a list in Maven's spelling: A,B,C.
comma := ,

.PHONY: help build run demo-sites dist reproducible vulnerabilities test test-packages test-fast test-one mutants bench bench-all soak fuzz format dashboards dashboards-import schema clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

build: ## compile and lay out gateway/target/weir and device-sim/target/weir-sim
	$(MVN) package -DskipTests

run: ## a simulated factory, the gateway and a store, all on this machine (MQTT_PORT, HTTP_PORT, STORE_PORT; FRESH=yes)
	@BUILD="$(patsubst -q,,$(MVN)) package -DskipTests" scripts/demo

demo-sites: ## two lines with a gateway each, Kafka, and a central gateway with the page of all sites (FRESH=yes)
	@BUILD="$(patsubst -q,,$(MVN)) package -DskipTests" scripts/demo-sites

dist: ## archives of the gateway and the simulator for each platform, and packages for Debian and RPM, in target/dist
	$(MVN) package -Pdist -DskipTests

reproducible: dist ## build the archives a second time elsewhere, and compare them byte by byte
	@scripts/reproducible

vulnerabilities: ## compare the libraries with a list in the format of OSV: make vulnerabilities LIST=all.zip
	@[ -e "$(LIST)" ] || { echo "Say which list, a file or folder: make vulnerabilities LIST=all.zip" >&2; exit 2; }
	$(MVN) package -Pdist -DskipTests -Dvulnerabilities='$(abspath $(LIST))'

test: ## format check, architecture, every test against real peers, in fifteen minutes on two cores
	@none=$$(scripts/test-peers --or-none) && env $$none scripts/checked $(MVN) verify -Pdist -Ddist.platform=linux-amd64
	@scripts/untested

test-packages: dist ## install, upgrade, remove and purge the packages in Debian 12 and 13 with their systemd (root, Linux)
	@scripts/test-packages

test-fast: ## the tests without the tags server and slow, in about three minutes after compiling, on two cores
	@scripts/test-times $(MVN) test -DexcludedGroups=server,slow,soak

test-one: ## one test class, or several: make test-one TEST=LogModelTest (or TEST='ATest#aMethod,BTest')
	@[ -n "$(TEST)" ] || { echo "Say which: make test-one TEST=LogModelTest" >&2; exit 2; }
	@for name in $(subst $(comma), ,$(TEST)); do \
	  [ -n "$$(find */src/test -name "$${name%%#*}.java")" ] || { echo "No test class $${name%%#*}" >&2; exit 2; }; \
	done
	$(patsubst -q,-ntp,$(MVN)) test -Dtest='$(TEST)' -DexcludedGroups= -Dsurefire.failIfNoSpecifiedTests=false

mutants: ## break the program in each way that would lose data, and see that a test notices
	@scripts/test-peers
	@scripts/mutants

bench: build ## the figures that matter most, as ratios to yardsticks of the same run, in ten minutes; prints a table
	@scripts/test-peers
	@scripts/bench main

bench-all: build ## every bench that prints ratios, also those that take long
	@scripts/test-peers
	@scripts/bench

soak: ## all that takes longer, for hours, or some PARTS of it ("simulation tests"; scripts/soak --help); prints figures, and each part with its minutes
	@scripts/soak $(PARTS)

fuzz: ## all that comes from outside, or TARGET (mqtt, listener, log, payload, payload/csv, formats, http, store, config), up to COUNT inputs; goes on where it stopped
	@scripts/fuzz $(TARGET) $(COUNT)

format: ## format the sources
	$(MVN) spotless:apply

dashboards: ## write grafana/dashboards from grafana/src (Node.js)
	@node grafana/src/build.mjs

dashboards-import: ## write the dashboards to target/dashboards for importing by hand, where Grafana asks for the data sources (Node.js)
	@node grafana/src/build.mjs --import target/dashboards

schema: build ## write config/weir.schema.json from the parts of the built-in kinds
	@gateway/target/weir/bin/weir schema > config/weir.schema.json

clean: ## remove what was built and the demo's data
	$(MVN) clean
	rm -rf .run
