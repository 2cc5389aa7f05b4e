"""What rules say: findings, fixes, severities. Plain values."""
