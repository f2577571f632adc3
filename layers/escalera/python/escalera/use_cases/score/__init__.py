"""The night, step by step; each step is one function of the state machine, and reads what the steps before it left."""
