# The front door. `make help` says what there is.
.PHONY: help demo down test soak bench
.DEFAULT_GOAL := help

help: ## what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## real flights through both lanes of a real NiFi, Kafka and Spark, and the proof (CHAOS=driver,nifi kills the driver half way, then NiFi)
	@bin/front-door demo

down: ## stops everything that a demo left running
	@bin/front-door down

test: ## every test
	@bin/front-door test

soak: ## drivers that die again and again, and one that runs for long (ROUNDS=50, BATCHES=2000, SEED= to repeat): 40 minutes
	@bin/front-door soak

bench: ## the measurements, each against a peer (ONLY=preprocess, route, publish, launch, sink, end-to-end or more of a name: those alone)
	@bin/front-door bench $(ONLY)
