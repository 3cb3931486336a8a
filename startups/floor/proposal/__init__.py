"""A proposal for the plan: what the solver reads, its answer beside the plan, and its reasons."""
