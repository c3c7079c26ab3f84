"""What stored tables say: pure functions of arrays and frames, which never see a live model."""
