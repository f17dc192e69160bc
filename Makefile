.DEFAULT_GOAL := help
.PHONY: help demo test quick lint bench

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## try it: simulator, worker and web app on a throw-away database
	python3 run.py demo

test: ## lint, type check and all tests, on SQLite and PostgreSQL
	python3 run.py test

quick: ## the tests that are done within a minute
	python3 run.py test --quick

lint: ## ruff and mypy only
	python3 run.py lint

bench: ## print the performance table
	python3 run.py bench
