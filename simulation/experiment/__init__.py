"""Many runs: where they are done, and how they are laid out."""
