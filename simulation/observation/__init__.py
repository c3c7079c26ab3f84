"""Observed data: logs of transactions and contacts into monthly series, and reading such series."""
