"""Whether an AWS account is ready for Escalera: what `escalera doctor` looks at, subject by subject."""
