"""What a jury reads and what comes of its scores: shares, means, ranks, balance."""
