"""What can be done with scenarios: one folder for each kind of study."""
